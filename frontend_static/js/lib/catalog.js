/**
 * What a method allows, read from the live catalog.
 * @import {Catalog, Material, Printer} from '../contract.d.ts'
 */

/**
 * @param {Catalog} catalog
 * @param {string} method
 * @returns {Material[]}
 */
export const materialsFor = (catalog, method) =>
  catalog.materials.filter((material) => material.active && material.method === method);

/**
 * Colours of all the method's materials, each once, in catalog order.
 * @param {Catalog} catalog
 * @param {string} method
 * @returns {string[]}
 */
export const colorsFor = (catalog, method) =>
  [...new Set(materialsFor(catalog, method).flatMap((material) => material.colors))];

/**
 * @param {Catalog} catalog
 * @param {string} method
 * @returns {Printer[]}
 */
export const printersFor = (catalog, method) =>
  catalog.printers.filter((printer) => printer.active && printer.methods.includes(method));

/**
 * The material a job will most likely be printed in: its own, else the first that has its colour.
 * @param {Catalog} catalog
 * @param {{method: string, color: string, material: string | null}} job
 * @returns {Material | undefined}
 */
export function materialOf(catalog, job) {
  const offered = materialsFor(catalog, job.method);
  return offered.find((material) => material.id === job.material)
    ?? offered.find((material) => material.colors.includes(job.color))
    ?? offered[0];
}
