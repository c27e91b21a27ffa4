/** Short messages about what was just done; read out by screen readers, gone by themselves. */

const SHOWN_MS = 6_000;

/**
 * The page must hold an element `#toasts` with role="status".
 * @param {string} message
 * @param {'good' | 'bad'} [tone]
 */
export function toast(message, tone = 'good') {
  const region = document.getElementById('toasts');
  if (!region) throw new Error('This page has no #toasts');
  const item = document.createElement('p');
  item.className = `toast toast-${tone}`;
  item.textContent = message;
  region.append(item);
  setTimeout(() => item.remove(), SHOWN_MS);
}
