/** What to do about an alert, in short; the runbook says the rest under the same heading. */

/** @type {Record<string, {text: string, section?: string, link?: string}>} */
export const ADVICE = {
  'component-down': {
    text: 'Look below which component it is. Nothing is half done meanwhile; mails wait. When it answers again nothing '
      + 'has to be repeated.',
  },
  'component-slow': { text: 'Once is noise. If it lasts, look at the history below and ask whoever runs the servers.' },
  'mail-failed': {
    text: 'See what the mail server said. One wrong address: ask the student in another way. The same error for many: '
      + 'set the sender right, send a test mail, then retry.',
    section: 'mail', link: 'To the failed mails',
  },
  'mail-late': {
    text: 'Look whether the schedule “sweep” runs and whether a test mail goes out.',
    section: 'mail', link: 'Send a test mail',
  },
  'models-late': {
    text: 'New models have no picture and no facts yet; jobs go on without. An operator looks into the log of '
      + 'analyse_model.',
  },
  'audits-late': {
    text: 'The audit has stopped on its way. Jobs are not concerned; a new one may be started at any time.',
    section: 'audit', link: 'To the audit',
  },
  'dead-letters': {
    text: 'A function failed several times on one message. Set the reason right, then replay.',
    section: 'mail', link: 'To the queues',
  },
  'schedule-late': {
    text: 'A scheduled function has not ended well for too long. An operator looks into its log; all of them may be '
      + 'run at any time.',
  },
  'cleanups-stuck': {
    text: 'Copies of moved files lie about; the jobs are right. It heals when the file store allows deletes again.',
  },
  'agent-silent': {
    text: 'The lab share may be behind, and what slicers save there is not seen here. Nothing is lost. Look whether '
      + 'that PC is on and its service runs.',
    section: 'health', link: 'To the lab PCs',
  },
  'backup-late': {
    text: 'If the files or tables were lost now, the work since then would be lost with them. An operator looks into the '
      + 'log of back_up, and whether the place of the backups can be reached and has room.',
  },
  'jobs-unreviewed': {
    text: 'A student waits. Review, approve or reject what is oldest in Uploaded.', link: 'To the queue',
  },
};

/**
 * Where the link of an advice leads.
 * @param {{section?: string}} advice
 */
export const addressOfAdvice = ({ section }) => (section ? `/admin?section=${section}`
  : '/dashboard?status=UPLOADED&sort=created_at');
