/**
 * The sections of the administration, in the order of the navigation.
 * @import {Office, Section} from '../../lib/admin/section.js'
 */
import { AuditSection } from './audit.js';
import { CatalogSection } from './catalog.js';
import { HealthSection } from './health.js';
import { MailSection } from './mail.js';
import { OverridesSection } from './overrides.js';
import { PaymentsSection } from './payments.js';
import { RetentionSection } from './retention.js';
import { SettingsSection } from './settings.js';
import { StaffSection } from './staff.js';
import { StationsSection } from './stations.js';

/** @type {readonly {id: string, label: string, intro: string, Section: new (office: Office) => Section}[]} */
export const SECTIONS = [
  { id: 'settings', label: 'Settings', Section: SettingsSection, intro: 'What holds for the whole lab.' },
  { id: 'staff', label: 'Staff', Section: StaffSection, intro: 'The names that actions are attributed to.' },
  { id: 'workstations', label: 'Workstations', Section: StationsSection,
    intro: 'The computers that may log in, and as what.' },
  { id: 'catalog', label: 'Catalog', Section: CatalogSection,
    intro: 'Printers, materials and colors, as the form offers them.' },
  { id: 'overrides', label: 'Overrides', Section: OverridesSection, intro: 'When the usual way does not lead on.' },
  { id: 'retention', label: 'Archive and prune', Section: RetentionSection,
    intro: 'Finished jobs go to the archive; old ones can be removed for good.' },
  { id: 'audit', label: 'Audit', Section: AuditSection,
    intro: 'Whether all jobs and all files agree, and what to do where they do not.' },
  { id: 'mail', label: 'Mail', Section: MailSection,
    intro: 'Mails that could not be delivered, and whether the mail server answers.' },
  { id: 'payments', label: 'Payments', Section: PaymentsSection, intro: 'The payments of a period, for the books.' },
  { id: 'health', label: 'System health', Section: HealthSection, intro: 'What runs, what waits, and what to look at.' },
];

/** @param {string | null} id */
export const sectionOf = (id) => SECTIONS.find((section) => section.id === id)
  ?? /** @type {typeof SECTIONS[number]} */ (SECTIONS[0]);
