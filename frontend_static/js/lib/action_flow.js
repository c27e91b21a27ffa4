/**
 * What happens between opening an action's modal and its end, without the modal's looks: take the lock,
 * read the job again, send, explain a refusal, give the lock back.
 * @import {JobView, Lock} from '../contract.d.ts'
 */
import { JobMoved, blockOf, wordsOf } from './action_block.js';
import { ApiError, isLost } from './api.js';
import { LockKeeper } from './lock.js';

/**
 * @typedef {'naming' | 'preparing' | 'ready' | 'sending' | 'blocked' | 'done'} Phase
 *   naming: nobody has said who acts; blocked: the action cannot be done now
 */

/**
 * @typedef {Object} FlowState
 * @property {Phase} phase
 * @property {string} staffName
 * @property {JobView | null} job       as read under the lock
 * @property {string} title             of the message below
 * @property {string} message           why it is blocked, or why the last try failed
 * @property {Record<string, string>} fields messages beside fields
 * @property {boolean} lockedByOther
 * @property {boolean} final            whether trying again is of no use
 */

/**
 * @typedef {Object} FlowOptions
 * @property {boolean} locks            whether the action works under the lock
 * @property {(job: JobView) => boolean} allowed
 * @property {(job: JobView) => Promise<void>} prepare  what else the modal must know before it is used
 * @property {(job: JobView, body: {staff_name: string} & Record<string, unknown>) => Promise<JobView | null>} send
 * @property {FlowCalls} calls
 * @property {(state: FlowState) => void} onChange
 */

/**
 * @typedef {Object} FlowCalls
 * @property {() => Promise<JobView>} get
 * @property {(staffName: string) => Promise<Lock>} lock
 * @property {() => Promise<Lock>} extend
 * @property {() => Promise<unknown>} unlock
 */

const NO_MESSAGE = { title: '', message: '', fields: {}, lockedByOther: false, final: false };

const LOST_LOCK = {
  idle: 'Nobody was here for ten minutes. The job is reserved again when you go on.',
  gone: 'The connection was away too long. The job is reserved again when you go on.',
};

export class ActionFlow {
  /** @type {FlowOptions} */ #options;
  /** @type {LockKeeper} */ #keeper;
  /** @type {FlowState} */ #state = { phase: 'naming', staffName: '', job: null, ...NO_MESSAGE };
  #openings = 0;
  #closed = false;

  /** @param {FlowOptions} options */
  constructor(options) {
    const { lock, extend, unlock } = options.calls;
    this.#options = options;
    this.#keeper = new LockKeeper({ take: lock, extend, release: unlock }, (reason) => this.#set({
      title: 'The job is no longer reserved for you', message: LOST_LOCK[reason],
    }));
  }

  get state() {
    return this.#state;
  }

  /**
   * Somebody said who acts: for the first time, or it is somebody else.
   * @param {string} staffName
   */
  async actAs(staffName) {
    if (this.#state.phase !== 'ready' || !this.#options.locks) {
      await this.#open(staffName);
      return;
    }
    this.#set({ staffName });
    await this.#keeper.take(staffName).catch((error) => this.#block(error));
  }

  /** After a blockade: perhaps it is over. */
  retry() {
    return this.#open(this.#state.staffName);
  }

  /** Somebody typed or clicked. */
  touch() {
    this.#keeper.touch();
  }

  /** @param {Record<string, unknown>} payload */
  async submit(payload) {
    const { phase, staffName, job: opened } = this.#state;
    if (phase !== 'ready' || !opened) return;
    this.#set({ phase: 'sending', ...NO_MESSAGE });
    try {
      const job = this.#options.locks && !this.#keeper.held ? await this.#reserve() : opened;
      const answer = await this.#options.send(job, { ...payload, staff_name: staffName });
      this.#keeper.spent();
      this.#set({ phase: 'done', job: answer });
    } catch (error) {
      await this.#refused(error);
    }
  }

  /** The page is being left; it may come back. */
  leave() {
    return this.#keeper.release();
  }

  /** The modal is gone. */
  async close() {
    this.#closed = true;
    await this.#keeper.release();
  }

  /** @param {Partial<FlowState>} changes */
  #set(changes) {
    if (this.#closed) return;
    this.#state = { ...this.#state, ...changes };
    this.#options.onChange(this.#state);
  }

  /**
   * The latest opening counts: somebody may choose another name while the first is under way.
   * @param {string} staffName
   */
  async #open(staffName) {
    this.#openings += 1;
    const opening = this.#openings;
    this.#set({ phase: 'preparing', staffName, ...NO_MESSAGE });
    try {
      const job = await this.#reserve();
      await this.#options.prepare(job);
      if (opening === this.#openings) this.#set({ phase: 'ready', job });
    } catch (error) {
      if (opening === this.#openings) await this.#block(error);
    }
    if (this.#closed) await this.#keeper.release();
  }

  /** Takes the lock where needed and reads the job as it is now. */
  async #reserve() {
    if (this.#options.locks) await this.#keeper.take(this.#state.staffName);
    const job = await this.#options.calls.get();
    if (!this.#options.allowed(job)) throw new JobMoved(job);
    return job;
  }

  /** @param {unknown} error */
  async #block(error) {
    this.#set({ phase: 'blocked', ...blockOf(error) });
    await this.#keeper.release();
  }

  /** @param {unknown} error */
  async #refused(error) {
    if (isLost(error)) {
      const message = 'It may have worked. Press the button again: nothing is done twice.';
      this.#set({ phase: 'ready', title: 'No answer from the server', message });
    } else if (error instanceof ApiError && error.status !== 401) {
      await this.#mend(error);
    } else {
      await this.#block(error);
    }
  }

  /**
   * The server gives up the lock with every attempt. Take it again, so that the entries can be mended.
   * @param {ApiError} error
   */
  async #mend(error) {
    this.#keeper.spent();
    try {
      const job = await this.#reserve();
      this.#set({ phase: 'ready', job, title: 'That did not work', message: wordsOf(error), fields: error.fields });
    } catch (reason) {
      await this.#block(reason);
    }
  }
}
