/** Files that this page hands to the browser to be kept. */

/**
 * @param {string} filename
 * @param {Blob} content
 */
export function saveFile(filename, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = filename;
  link.click();
  // The browser has taken hold of the content once the click is handled.
  setTimeout(() => URL.revokeObjectURL(link.href));
}
