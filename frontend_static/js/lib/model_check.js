/**
 * The look at the picked model before it is sent. Its code comes with the first file: until then the form stays small.
 * @import {Choices, PanelOptions} from '../views/model_panel.js'
 */

/**
 * @param {HTMLElement} root
 * @param {PanelOptions} options
 */
export function createModelCheck(root, options) {
  /** @type {ReturnType<typeof import('../views/model_panel.js').createModelPanel> | null} */
  let panel = null;
  let asked = 0;

  return {
    /**
     * @param {File | null} file  null: there is nothing to look at
     * @param {() => Choices} choices
     */
    async look(file, choices) {
      asked += 1;
      const mine = asked;
      panel?.clear();
      // Its place is made at once, in answer to the student's action, and not when the code has come.
      root.hidden = !file;
      if (!file) return;
      try {
        const { createModelPanel } = await import('../views/model_panel.js');
        panel ??= createModelPanel(root, options);
        if (mine === asked) void panel.show(file, choices());
      } catch {
        // The connection is away: the form works without the look.
        root.hidden = true;
      }
    },
    /** @param {Choices} choices */
    update: (choices) => panel?.update(choices),
  };
}
