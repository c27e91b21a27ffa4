/**
 * The workstation's session. It lives in localStorage because a lab PC is one workstation
 * whatever number of tabs is open.
 * @import {LoginAnswer} from '../contract.d.ts'
 */

const STORAGE_KEY = 'printlab.session';
const WORKSTATION_KEY = 'printlab.workstation';

/** @returns {LoginAnswer | null} */
export function current() {
  const text = localStorage.getItem(STORAGE_KEY);
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    localStorage.removeItem(STORAGE_KEY);
    return null;
  }
}

/** @param {LoginAnswer} answer */
export function remember(answer) {
  localStorage.setItem(STORAGE_KEY, JSON.stringify(answer));
  localStorage.setItem(WORKSTATION_KEY, answer.workstation.id);
}

/** The workstation that last logged in here, to be filled in; "" the first time. */
export const lastWorkstation = () => localStorage.getItem(WORKSTATION_KEY) ?? '';

export function forget() {
  localStorage.removeItem(STORAGE_KEY);
}

/**
 * Calls back when another tab logged in or out.
 * @param {(session: LoginAnswer | null) => void} listener
 */
export function onChangeElsewhere(listener) {
  addEventListener('storage', (event) => {
    if (event.key === STORAGE_KEY || event.key === null) listener(current());
  });
}
