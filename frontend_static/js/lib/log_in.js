/**
 * The steps of a log-in, for the page and the dialog alike.
 * @import {LoginState} from '../views/login_form.js'
 */
import { ApiError } from './api.js';
import { timeOfDay } from './format.js';
import { now } from './clock.js';
import * as session from './session.js';
import { logIn } from './staff_api.js';

/**
 * @param {(state: LoginState) => void} onChange
 * @param {() => void} onDone  there is a session now
 */
export function createLogIn(onChange, onDone) {
  /** @type {LoginState} */
  let state = { workstationId: session.lastWorkstation(), busy: false, error: '' };

  /** @param {Partial<LoginState>} changes */
  const set = (changes) => {
    state = { ...state, ...changes };
    onChange(state);
  };

  return {
    get state() {
      return state;
    },
    /**
     * @param {string} workstationId
     * @param {string} password
     */
    async submit(workstationId, password) {
      set({ busy: true, error: '' });
      try {
        session.remember(await logIn(workstationId, password));
        set({ busy: false });
        onDone();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        set({ busy: false, error: wordsFor(error) });
      }
    },
  };
}

/** @param {ApiError} error */
function wordsFor(error) {
  if (error.status === 401) return 'The workstation or its password is wrong.';
  if (error.status !== 429) return error.message;
  const until = new Date(now() + (error.details.retry_after ?? 3_600) * 1_000).toISOString();
  return `Too many attempts. Try again at ${timeOfDay(until)}.`;
}
