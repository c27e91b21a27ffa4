/**
 * Where a job's file lies on the lab share as a workstation sees it, and the link that the slicer opener
 * on that workstation understands.
 */

/**
 * @param {string} base    the workstation's own path of the share: "Z:\PrintLab", "/mnt/printlab", "\\server\lab"
 * @param {string} folder  of the job's status
 * @param {string} name    of the file
 */
export function sharePath(base, folder, name) {
  const separator = /^[a-z]:|\\/i.test(base) ? '\\' : '/';
  return [base.replace(/[\\/]+$/, ''), folder, name].join(separator);
}

/** @param {string} path */
export const openerLink = (path) => `print3d://open?path=${encodeURIComponent(path)}`;
