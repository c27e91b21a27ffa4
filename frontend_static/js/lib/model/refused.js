/** Why a file is no printable model: a code for programs, the server's own, and a sentence for the student. */

export const EXPORT_AGAIN = 'Export the model again from your design program and choose the new file.';

export class ModelRefused extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'ModelRefused';
    this.code = code;
  }
}

export const damaged = () =>
  new ModelRefused('damaged', `The file is damaged: something else stands where numbers should be. ${EXPORT_AGAIN}`);

export const badIndex = () =>
  new ModelRefused('bad_index', `The file is damaged: a surface uses a corner that is not in the file. ${EXPORT_AGAIN}`);

export const cutOff = () => new ModelRefused('truncated',
  `The file is cut off. Perhaps a copy or download was interrupted. ${EXPORT_AGAIN}`);
