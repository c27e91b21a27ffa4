/**
 * The sound of a new job: two soft tones, made here, so there is no file to load. Browsers keep a page silent
 * until somebody has clicked or typed in it; a chime before that is not made up for.
 */

/** Frequencies in Hz (E5, A5), each beginning `at` seconds after the first. */
const TONES = [{ hz: 659.26, at: 0 }, { hz: 880, at: 0.16 }];
const LENGTH_S = 0.5;
/** How loud 100 % is; a full-scale sine would be painful. */
const LOUDEST = 0.4;

/** @type {AudioContext | null} */
let context = null;

const unlock = () => {
  context ??= new AudioContext();
  void context.resume();
};
for (const type of ['pointerdown', 'keydown']) addEventListener(type, unlock, { once: true });

/** @param {number} percent 0…100 */
export function chime(percent) {
  if (!context || context.state !== 'running' || percent <= 0) return;
  const start = context.currentTime;
  for (const { hz, at } of TONES) {
    const tone = new OscillatorNode(context, { frequency: hz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.linearRampToValueAtTime((LOUDEST * percent) / 100, start + at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + at + LENGTH_S);
    tone.connect(volume).connect(context.destination);
    tone.start(start + at);
    tone.stop(start + at + LENGTH_S);
  }
}
