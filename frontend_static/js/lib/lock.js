/**
 * Holds a job's lock while somebody works in a modal. The server's lock lasts five minutes; a heartbeat
 * extends it, but only while there is somebody: a modal left open over lunch must not block the job.
 * @import {Lock} from '../contract.d.ts'
 */
import { isLost } from './api.js';

const HEARTBEAT_MS = 60_000;
const IDLE_MS = 10 * 60_000;

/**
 * @typedef {Object} LockCalls
 * @property {(staffName: string) => Promise<Lock>} take
 * @property {() => Promise<Lock>} extend
 * @property {() => Promise<unknown>} release
 */

/** @typedef {'idle' | 'gone'} LossReason  nobody was there, or the server gave it up */

export class LockKeeper {
  /** @type {LockCalls} */ #calls;
  /** @type {(reason: LossReason) => void} */ #onLost;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #heart;
  #held = false;
  #lastTouch = 0;

  /**
   * @param {LockCalls} calls
   * @param {(reason: LossReason) => void} onLost
   */
  constructor(calls, onLost) {
    this.#calls = calls;
    this.#onLost = onLost;
  }

  get held() {
    return this.#held;
  }

  /**
   * Takes the lock, or takes it again under another name.
   * @param {string} staffName
   * @throws {import('./api.js').ApiError} 409 `locked` while another workstation holds it
   */
  async take(staffName) {
    await this.#calls.take(staffName);
    clearInterval(this.#heart);
    this.#held = true;
    this.touch();
    this.#heart = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  /** Somebody typed or clicked. */
  touch() {
    this.#lastTouch = Date.now();
  }

  /** The server has let go of the lock, as it does after every state change, done or failed. */
  spent() {
    this.#held = false;
    clearInterval(this.#heart);
  }

  /** Gives the lock back; if that fails it runs out by itself. */
  async release() {
    if (!this.#held) return;
    this.spent();
    await this.#calls.release().catch(() => undefined);
  }

  async #beat() {
    if (!this.#held) return;
    if (Date.now() - this.#lastTouch > IDLE_MS) {
      await this.release();
      this.#onLost('idle');
      return;
    }
    try {
      await this.#calls.extend();
    } catch (error) {
      // Without an answer the lock may well stand: the next beat will tell.
      if (isLost(error) || !this.#held) return;
      this.spent();
      this.#onLost('gone');
    }
  }
}
