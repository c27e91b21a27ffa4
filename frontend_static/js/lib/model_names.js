/**
 * Whether a file holds a mesh to look at; what a slicer packs as .gcode.3mf does not.
 * @param {string} name
 */
export const isModel = (name) => /\.(stl|obj|3mf)$/i.test(name) && !/\.gcode\.3mf$/i.test(name);
