// Generated from the API's own models by `make generate`; do not edit.

export type Status = "UPLOADED" | "PENDING" | "READYTOPRINT" | "PRINTING" | "COMPLETED" | "PAIDPICKEDUP" | "REJECTED" | "ARCHIVED";

export type ActionName = "submit" | "review" | "unreview" | "approve" | "reject" | "confirm" | "force-confirm" | "mark-printing" | "mark-failed" | "mark-complete" | "payment" | "mark-picked-up" | "revert-completion" | "revert-pickup" | "change-status" | "delete" | "archive" | "prune";

export type FindingKind = "orphaned_file" | "orphaned_thumbnail" | "broken_link" | "stale_duplicate" | "folder_mismatch" | "metadata_mismatch" | "counters_mismatch";

/** The body of every answer that is not a success. */
export interface ErrorBody {
  error: string;
  message: string;
  details: ErrorDetails;
}

/** The facts of a refusal, as far as the pages use them. */
export interface ErrorDetails {
  fields?: Record<string, string>;
  reason?: string;
  job_id?: string;
  existing_job_id?: string;
  existing_short_id?: string;
  retry_after?: number;
  status?: Status;
  locked_by?: string;
  locked_until?: string;
  workstation?: string;
  workstation_name?: string;
}

/** What a staff member did; `events` counts by type. */
export interface Activity {
  name: string;
  is_active: boolean;
  actions: number;
  events: Record<string, number>;
}

/** Every agent that was heard of in the last days. */
export interface AgentList {
  agents: AgentView[];
}

/** An agent as it was last heard of; `silent` when that is too long ago. */
export interface AgentView {
  workstation_id: string;
  instance: string;
  share_id: string;
  leads: boolean;
  silent: boolean;
  last_heard_at: string;
  last_success_at: string | null;
  hostname: string;
  version: string;
  pending_downloads: number;
  pending_uploads: number;
  conflicts: number;
  errors: string[];
}

/** The most urgent first. */
export interface AlertList {
  alerts: AlertView[];
}

/** Something to look at; `id` stays the same while it lasts, `runbook` says what to do. */
export interface AlertView {
  id: string;
  type: string;
  severity: "critical" | "warning" | "info";
  message: string;
  since: string;
  runbook: string;
}

/** Everything in one answer. */
export interface AllMetrics {
  health: ComponentsView;
  system: SystemMetrics;
  application: ApplicationMetrics;
}

/** All of it, or one printer or discipline. */
export interface AnalyticsQuery {
  days?: number;
  printer?: string | null;
  discipline?: string | null;
}

/** Jobs per status, and when the oldest one came in; promised work per queue; what was given up. */
export interface ApplicationMetrics {
  timestamp: string;
  jobs: Record<Status, number>;
  oldest_jobs: Record<Status, string>;
  outbox: Record<string, WaitingView>;
  failed_mails: WaitingView;
  dead_letters: Record<string, number>;
  uploads_open: number;
  cleanups_open: WaitingView;
  schedules: Record<string, ScheduleView>;
}

/** Weight in grams, time in hours, the file to print, and overrides of the student's choice. */
export interface Approval {
  staff_name: string;
  authoritative_filename: string;
  weight_g: number;
  time_hours: number;
  material?: string | null;
  printer?: string | null;
  color?: string | null;
}

/** How far an audit is, how much of each kind it found, and a page of that, by kind. */
export interface AuditReport {
  task_id: string | null;
  state: "running" | "done" | "failed" | "none";
  requested_by: string | null;
  started_at: string | null;
  updated_at: string | null;
  finished_at: string | null;
  places_done: number;
  places: number;
  jobs_seen: number;
  objects_seen: number;
  totals: Record<string, number>;
  total: number;
  findings: FindingView[];
  next_cursor: string | null;
}

/** Who wants the audit. */
export interface AuditStart {
  staff_name: string;
}

/** The audit that is running now. */
export interface AuditStarted {
  task_id: string;
  state: "running" | "done" | "failed";
  message: string;
}

/** A change in the name of an active staff member. */
export interface ByStaff {
  staff_name: string;
}

/** A file as it lies on the share. */
export interface CandidateAnnouncement {
  name: string;
  size: number;
  sha256: string;
  replaces?: string | null;
}

/** The job's files, and the one that the form selects. */
export interface CandidateFiles {
  files: CandidateFile[];
  recommended: string | null;
}

/** `state` is upload, with the form to send the file by, or present when the job has this very file. */
export interface CandidateTicket {
  state: "upload" | "present";
  job_id: string;
  folder: string;
  candidate_id: string | null;
  expires_at: string | null;
  post: PresignedPost | null;
}

/** A file that could be printed; size in bytes. Of a slicer's file either `slicing` or `not_read`. */
export interface CandidateFile {
  name: string;
  size: number;
  modified_at: string;
  is_original: boolean;
  recommended: boolean;
  slicing: Slicing | null;
  not_read: NotRead | null;
}

/** A material; the price in cents per gram may have two decimals. Left out, the density stays as it is. */
export interface CatalogMaterial {
  id: string;
  name: string;
  method: string;
  price_per_gram_cents: number;
  colors: string[];
  active: boolean;
  density_g_cm3?: number | null;
}

/** A way of printing, with the text that the form shows. */
export interface CatalogMethod {
  id: string;
  description: string;
}

/** A machine; build volume as width, depth, height in mm. */
export interface CatalogPrinter {
  id: string;
  name: string;
  methods: string[];
  build_volume_mm: number[];
  active: boolean;
}

/** The whole catalog as it shall be. Send `If-Match` with the ETag of the one that was edited. */
export interface CatalogUpdate {
  staff_name: string;
  methods: CatalogMethod[];
  printers: CatalogPrinter[];
  materials: CatalogMaterial[];
}

/** The number that grows with every change of the catalog. */
export interface CatalogVersion {
  version: number;
}

/** The offer, and the limits that a form needs to know. */
export interface Catalog {
  version: number;
  methods: Method[];
  printers: Printer[];
  materials: Material[];
  minimum_charge_cents: number;
  disciplines: string[];
  min_file_bytes: number;
  max_file_bytes: number;
  extensions: string[];
}

/** Where the job belongs. */
export interface ChangeStatus {
  staff_name: string;
  reason: string;
  new_status: Status;
}

/** A part that PrintLab needs; latency in ms. */
export interface ComponentView {
  status: "ok" | "down";
  latency_ms: number;
}

/** `status` is ok, or degraded while a component is down. */
export interface ComponentsView {
  status: "ok" | "degraded";
  timestamp: string;
  components: Record<string, ComponentView>;
}

/** What the student is asked to confirm, or has confirmed; no size until the model is measured. */
export interface ConfirmView {
  job_id: string;
  short_id: string;
  student_name: string;
  display_name: string;
  original_filename: string;
  size_mm: [number, number, number] | null;
  method: string;
  printer_name: string;
  color: string;
  material: string | null;
  material_name: string | null;
  weight_g: number | null;
  time_hours: number | null;
  cost_cents: number | null;
  cost_usd: string | null;
  status: Status;
  status_label: string;
  already_confirmed: boolean;
  expires_at: string | null;
  tracking_url: string;
}

/** How the student's confirmation stands. */
export interface Confirmation {
  confirmed_at: string | null;
  expires_at: string | null;
  expired: boolean;
  last_sent_at: string | null;
}

/** A material and a weight in grams. */
export interface CostQuery {
  material: string;
  weight_g: number;
}

/** A price; `minimum_applied` when the weight alone would cost less. */
export interface CostPreview {
  cost_cents: number;
  cost_usd: string;
  minimum_applied: boolean;
}

/** Which counter, by its key in the report. */
export interface CounterRepair {
  staff_name: string;
  key: string;
}

/** What the counts per status are narrowed to. */
export interface CountsQuery {
  search?: string;
  printer?: string | null;
  discipline?: string | null;
  with_archived?: boolean;
}

/** Jobs per status. */
export interface JobCounts {
  counts: Record<Status, number>;
  total: number;
}

/** One UTC day. */
export interface Day {
  date: string;
  totals: Totals;
}

/** The id of what is gone. */
export interface DeletedJob {
  deleted: string;
}

/** The short id, typed again. */
export interface Deletion {
  staff_name: string;
  confirm: string;
}

/** The settings that a workstation's screens follow. */
export interface DeskView {
  environment_banner: string;
  sound_enabled: boolean;
  sound_volume_percent: number;
  resend_cooldown_minutes: number;
  revert_window_minutes: number;
}

/** The same with the breakdowns of a period. */
export interface DetailedStats {
  counts: Record<Status, number>;
  total: number;
  today: Totals;
  storage: Storage;
  days: number;
  totals: Totals;
  printers: Slice[];
  disciplines: Slice[];
  rejections: Reason[];
  staff: Activity[];
}

/** Of secrets only whether they are there; sizes in bytes. */
export interface Diagnosis {
  now: string;
  configuration: Record<string, number | boolean | null>;
  versions: Record<string, string>;
  limits: Record<string, number>;
  health: ComponentsView;
}

/** Why the file is not for `choice`, the id of a printer or a material. */
export interface Difference {
  about: "printer" | "size" | "material";
  choice: string;
  message: string;
}

/** Four of five prints are finished between both; from how many that were finished in the last days. */
export interface EstimateView {
  earliest: string;
  latest: string;
  finished_lately: number;
  days: number;
}

/** A job's history, oldest first; not `complete` where its earliest events lie in the archive only. */
export interface EventList {
  events: Event[];
  complete: boolean;
}

/** One entry of a job's history; `workstation_name` is what the workstation is called today. */
export interface Event {
  id: string;
  job_id: string;
  timestamp: string;
  event_type: string;
  details: Record<string, unknown>;
  triggered_by: string;
  workstation_id: string | null;
  workstation_name: string | null;
}

/** Which job's link has expired. */
export interface ExpiredQuery {
  job_id: string;
}

/** What the page behind an expired link needs. */
export interface ExpiredView {
  job_id: string;
  short_id: string;
  awaiting_confirmation: boolean;
  next_resend_at: string | null;
}

/** Where a file waits that is not the answer itself; `rows` is the number of payments in it. */
export interface ExportLink {
  url: string;
  expires_at: string;
  filename: string;
  rows: number;
}

/** A mail that was given up. `short_id` is null when the job is gone; no address is shown. */
export interface FailedMail {
  id: string;
  email_type: string;
  job_id: string;
  short_id: string | null;
  requested_by: string;
  created_at: string;
  failed_at: string | null;
  attempts: number;
  last_error: string | null;
}

/** A page of the mails that were given up, latest first. */
export interface FailedMailPage {
  mails: FailedMail[];
  page: number;
  limit: number;
  total: number;
}

/** What one extruder uses; null is what the slicer does not tell. */
export interface FilamentUse {
  type: string | null;
  length_mm: number | null;
  weight_g: number | null;
}

/** A download that ends. */
export interface SignedFile {
  url: string;
  expires_at: string;
}

/** Which file of the report. */
export interface FileRemoval {
  staff_name: string;
  key: string;
}

/** One thing that an audit found, about an object (`key`), a job, or both. */
export interface FindingView {
  kind: FindingKind;
  message: string;
  key: string | null;
  job_id: string | null;
  details: Record<string, unknown>;
  mended_at: string | null;
  mended_by: string | null;
}

/** `status` is ok or degraded; `components` says of each whether it is ok or down. */
export interface HealthView {
  status: string;
  components: Record<string, string>;
}

/** How an agent is. `share_id` stands in the marker file of its share, `instance` in its own database. */
export interface Heartbeat {
  share_id: string;
  instance: string;
  lead?: boolean;
  version: string;
  hostname: string;
  last_success_at?: string | null;
  pending_downloads?: number;
  pending_uploads?: number;
  conflicts?: number;
  errors?: string[];
}

/** One sample. Latency in ms, null for what was down; ages in seconds; the ids of the alerts of then. */
export interface HistoryPoint {
  at: string;
  latency_ms: Record<string, number | null>;
  jobs: Record<string, number>;
  outbox: Record<string, number>;
  outbox_age_s: Record<string, number>;
  failed_mails: number;
  dead_letters: Record<string, number>;
  uploads_open: number;
  cleanups_open: number;
  alerts: string[];
}

/** How far back, at most seven days. */
export interface HistoryQuery {
  hours?: number;
}

/** A job as the dashboard's list shows it; `actions` is what this workstation may do now. */
export interface JobCard {
  id: string;
  short_id: string;
  status: Status;
  status_label: string;
  folder: string;
  student_name: string;
  student_email: string;
  discipline: string;
  class_number: string;
  display_name: string;
  original_filename: string;
  method: string;
  printer: string;
  printer_name: string;
  color: string;
  material: string | null;
  material_name: string | null;
  weight_g: number | null;
  time_hours: number | null;
  cost_cents: number | null;
  cost_usd: string | null;
  paid_cents: number | null;
  paid_usd: string | null;
  failed_prints: number;
  doubts: ("unit" | "size")[];
  created_at: string;
  updated_at: string;
  status_entered_at: string;
  staff_viewed_at: string | null;
  reviewed: boolean;
  last_updated_by: string | null;
  notes_count: number;
  confirmation: Confirmation;
  lock: Lock | null;
  thumbnail: Thumbnail;
  revert_until: string | null;
  actions: ActionName[];
}

/** Which job of the report. */
export interface JobRepair {
  staff_name: string;
  job_id: string;
}

/** A job with everything that staff may know of it. */
export interface JobView {
  id: string;
  short_id: string;
  status: Status;
  status_label: string;
  folder: string;
  student_name: string;
  student_email: string;
  discipline: string;
  class_number: string;
  display_name: string;
  original_filename: string;
  method: string;
  printer: string;
  printer_name: string;
  color: string;
  material: string | null;
  material_name: string | null;
  weight_g: number | null;
  time_hours: number | null;
  cost_cents: number | null;
  cost_usd: string | null;
  paid_cents: number | null;
  paid_usd: string | null;
  failed_prints: number;
  doubts: ("unit" | "size")[];
  created_at: string;
  updated_at: string;
  status_entered_at: string;
  staff_viewed_at: string | null;
  reviewed: boolean;
  last_updated_by: string | null;
  notes_count: number;
  confirmation: Confirmation;
  lock: Lock | null;
  thumbnail: Thumbnail;
  revert_until: string | null;
  actions: ActionName[];
  file_hash: string;
  file_size: number;
  file_key: string;
  authoritative_filename: string;
  reject_reasons: string[];
  custom_reason: string | null;
  mesh: MeshFacts | null;
  mesh_error: MeshError | null;
  notes: Note[];
  payment: Payment | null;
  parent_job_id: string | null;
  events: Event[];
}

/** A page of the list: of `total` jobs in the tab, `filtered` match. */
export interface JobPage {
  jobs: JobCard[];
  page: number;
  limit: number;
  total: number;
  filtered: number;
  next_cursor: string | null;
}

/** Narrowing, order and page of the job list. `from` and `to` are UTC days, both included. */
export interface JobsQuery {
  status?: Status | null;
  search?: string;
  printer?: string | null;
  discipline?: string | null;
  confirmation_expired?: boolean | null;
  from?: string | null;
  to?: string | null;
  sort?: "-created_at" | "created_at" | "-status_entered_at" | "status_entered_at" | "-updated_at" | "updated_at" | "-student_name" | "student_name" | "-printer" | "printer" | "-discipline" | "discipline" | "-cost_cents" | "cost_cents";
  page?: number;
  limit?: number;
  cursor?: string | null;
}

/** Whether the agent may change the share, for so many seconds from when it asked; else who may. */
export interface LeadershipView {
  leads: boolean;
  leader: string | null;
  seconds: number;
}

/** Who has a job open; `mine` for the workstation that asks. */
export interface Lock {
  locked_by: string;
  locked_until: string;
  workstation: string;
  workstation_name: string;
  mine: boolean;
}

/** A workstation's credentials. */
export interface Login {
  workstation_id: string;
  password: string;
}

/** The session, and the token that proves it. */
export interface LoginAnswer {
  workstation: Workstation;
  expires_at: string;
  token: string;
}

/** `full`: of a listing of everything; `more`: ask again at once. `cursor` is where to ask next. */
export interface ManifestPage {
  jobs: SharedJobView[];
  full: boolean;
  more: boolean;
  cursor: string;
  extensions: string[];
}

/** Where to go on, what the share holds of the archive, and how long a page may be. */
export interface ManifestQuery {
  cursor?: string | null;
  archived?: boolean;
  limit?: number;
}

/** On which printer, when not on the job's own. */
export interface MarkPrinting {
  staff_name: string;
  printer?: string | null;
}

/** A material and its colours on the shelf. */
export interface Material {
  id: string;
  name: string;
  method: string;
  price_per_gram_cents: number;
  colors: string[];
  active: boolean;
  density_g_cm3: number | null;
}

/** What the print weighs in a material of the catalog, by its volume and density. */
export interface MaterialWeight {
  material: string;
  weight_g: number;
}

/** Why the model could not be measured. */
export interface MeshError {
  code: string;
  message: string;
}

/** What was measured. The volume means little unless it is reliable. */
export interface MeshFacts {
  format: string;
  triangles: number;
  size_mm: [number, number, number];
  size_in: [number, number, number];
  volume_mm3: number;
  volume_reliable: boolean;
  area_mm2: number;
  bodies: number;
  open_edges: number;
  non_manifold_edges: number;
  flipped_edges: number;
  degenerate_faces: number;
  watertight: boolean;
  inside_out: boolean;
  unit_suspicion: UnitSuspicion | null;
  names: string[];
  verdict: Verdict;
}

/** It is done, in words for the person who asked. */
export interface ResendAnswer {
  message: string;
  next_allowed_at: string | null;
}

/** A way of printing. */
export interface Method {
  id: string;
  description: string;
}

/** One thing to know before printing. */
export interface ModelReason {
  code: string;
  severity: "info" | "warning" | "problem";
  message: string;
}

/** A name to add to the list; `staff_name` is who adds it. */
export interface NewStaff {
  staff_name: string;
  name: string;
}

/** A computer that may log in. */
export interface NewWorkstation {
  staff_name: string;
  id: string;
  display_name: string;
  role: "staff" | "admin" | "agent";
  password: string;
  share_path?: string;
}

/** Why a slicer's file tells nothing. */
export interface NotRead {
  code: string;
  message: string;
}

/** One entry of the notes. */
export interface Note {
  staff_name: string;
  text: string;
}

/** One entry of the notes. */
export interface Note {
  at: string;
  staff_name: string;
  text: string;
}

/** Which file was opened. */
export interface OpenedInSlicer {
  staff_name: string;
  filename: string;
}

/** The period and the one before it, the queue as it stands, and why models were rejected. */
export interface Overview {
  days: number;
  totals: Totals;
  before: Totals;
  queue: Queue[];
  storage: Storage;
  rejections: Reason[];
}

/** Which page of a list. */
export interface PageQuery {
  page?: number;
  limit?: number;
}

/** What the scale, the payment terminal and the person at the counter say. */
export interface PaymentForm {
  staff_name: string;
  grams: number;
  txn_no: string;
  picked_up_by: string;
}

/** The job's last payment, voided or not. */
export interface Payment {
  grams: number;
  price_cents: number;
  price_usd: string;
  txn_no: string;
  picked_up_by: string;
  paid_ts: string;
  paid_by_staff: string;
  voided: boolean;
}

/** Which payments: UTC days, both included, at most 366. */
export interface PaymentsExport {
  staff_name: string;
  start_date: string;
  end_date: string;
  format?: "csv" | "xlsx";
}

/** The last days up to today. */
export interface PeriodQuery {
  days?: number;
}

/** Where the file is, and under which name: another than its own where that was taken. */
export interface PlacedCandidate {
  job_id: string;
  folder: string;
  name: string;
}

/** A form that stores a file: POST all `fields`, then the file as `file`, to `url`. */
export interface PresignedPost {
  url: string;
  fields: Record<string, string>;
}

/** What one printer did on a day. */
export interface PrinterDay {
  date: string;
  printer: string;
  started: number;
  completed: number;
  failed: number;
  print_hours: number;
}

/** Whether and how the model fits one printer. */
export interface PrinterFit {
  id: string;
  name: string;
  fits: boolean;
  way: string;
  message: string;
}

/** A machine; build volume as width, depth, height in mm. */
export interface Printer {
  id: string;
  name: string;
  methods: string[];
  build_volume_mm: [number, number, number];
  active: boolean;
}

/** How a status stands: how many jobs, and since when the oldest one is in the system. */
export interface Queue {
  status: Status;
  status_label: string;
  jobs: number;
  oldest: string | null;
}

/** Every queue. */
export interface QueueList {
  queues: QueueView[];
}

/** Messages of one queue: waiting, being worked on, and given up. */
export interface QueueView {
  name: string;
  waiting: number;
  in_flight: number;
  dead: number;
}

/** How often a usual reason was given. */
export interface Reason {
  reason: string;
  count: number;
}

/** Why. */
export interface ReasonGiven {
  staff_name: string;
  reason: string;
}

/** At least one of both. */
export interface Rejection {
  staff_name: string;
  reasons?: string[];
  custom_reason?: string;
}

/** What was done about which finding. */
export interface RepairView {
  message: string;
  kind: FindingKind;
  key: string | null;
  job_id: string | null;
}

/** How many dead letters went back. */
export interface Replayed {
  queue: string;
  moved: number;
}

/** Which audit's report (the last one's if left out), of one kind of findings, and which page of it. */
export interface ReportQuery {
  task_id?: string | null;
  kind?: FindingKind | null;
  limit?: number;
  cursor?: string | null;
}

/** Which mail to send again. */
export interface ResendMail {
  staff_name: string;
  email_type: "receipt" | "approval" | "rejection" | "completion";
}

/** Which job wants a new confirmation link. */
export interface ResendRequest {
  job_id: string;
}

/** Who and what the period's work fell on. */
export interface Resources {
  days: number;
  printers: Slice[];
  materials: Slice[];
  disciplines: Slice[];
  printer_days: PrinterDay[];
  queue: Queue[];
}

/** How old, in days since its last change of status, a job must be; the lab's setting if left out. */
export interface RetentionRun {
  staff_name: string;
  retention_days?: number | null;
  dry_run?: boolean;
}

/** What was due, since when the first and the last of it stand in their status, and what became of it. */
export interface RetentionView {
  dry_run: boolean;
  retention_days: number;
  due: number;
  oldest: string | null;
  newest: string | null;
  done: number;
  skipped: number;
  failed: number;
  remaining: number;
  stored_bytes: number | null;
}

/** A mail that is due again. */
export interface RetriedMail {
  id: string;
  job_id: string;
  email_type: string;
}

/** Seen, or new again. */
export interface Review {
  staff_name: string;
  reviewed: boolean;
}

/** The samples of the last hours, oldest first. */
export interface SampleHistory {
  hours: number;
  samples: HistoryPoint[];
}

/** The last run that ended well, how long it took, and how long ago it may be. */
export interface ScheduleView {
  last_run: string | null;
  seconds: number | null;
  longest_pause_s: number | null;
}

/** A session and when it ends. */
export interface Session {
  workstation: Workstation;
  expires_at: string;
}

/** The settings to change; what is left out stays. */
export interface SettingsUpdate {
  staff_name: string;
  minimum_charge_cents?: number | null;
  confirmation_hours?: number | null;
  session_hours?: number | null;
  revert_window_minutes?: number | null;
  submissions_per_hour?: number | null;
  campus_submissions_per_hour?: number | null;
  campus_networks?: string[] | null;
  logins_per_hour?: number | null;
  catalog_requests_per_minute?: number | null;
  resend_cooldown_minutes?: number | null;
  new_staff_days?: number | null;
  archive_after_days?: number | null;
  prune_after_days?: number | null;
  environment_banner?: string | null;
  sound_enabled?: boolean | null;
  sound_volume_percent?: number | null;
  storage_limit_gb?: number | null;
}

/** The lab's settings, and who changed them last; money in cents, times in the unit that the name says. */
export interface SettingsView {
  version: number;
  updated_by: string | null;
  updated_at: string | null;
  minimum_charge_cents: number;
  confirmation_hours: number;
  session_hours: number;
  revert_window_minutes: number;
  submissions_per_hour: number;
  campus_submissions_per_hour: number;
  campus_networks: string[];
  logins_per_hour: number;
  catalog_requests_per_minute: number;
  resend_cooldown_minutes: number;
  new_staff_days: number;
  archive_after_days: number;
  prune_after_days: number;
  environment_banner: string;
  sound_enabled: boolean;
  sound_volume_percent: number;
  storage_limit_gb: number;
}

/** A file that the share must hold. */
export interface SharedFileView {
  name: string;
  size: number;
  etag: string;
  sha256: string | null;
  modified_at: string;
  url: string;
}

/** All files of a job, and the folder they are in; null where the share holds nothing of the job. */
export interface SharedJobView {
  job_id: string;
  display_name: string | null;
  folder: string | null;
  left: string[];
  files: SharedFileView[];
}

/** One printer, material or discipline in a period. */
export interface Slice {
  id: string;
  name: string;
  totals: Totals;
}

/** What a slicer wrote into its file; null is what it does not tell. */
export interface Slicing {
  slicer: string | null;
  slicer_version: string | null;
  printer: string | null;
  nozzle_mm: number | null;
  weight_g: number | null;
  time_s: number | null;
  filaments: FilamentUse[];
  layers: number | null;
  layer_height_mm: number | null;
  size_mm: [number, number, number] | null;
  thumbnail: string | null;
  estimated_weights: MaterialWeight[];
  differences: Difference[];
}

/** Deactivate, or bring back. */
export interface StaffChange {
  staff_name: string;
  is_active: boolean;
}

/** Staff members by name. */
export interface StaffList {
  staff: Staff[];
}

/** Who did what in the period, busiest first. */
export interface StaffPage {
  days: number;
  staff: Activity[];
}

/** With or without the deactivated. */
export interface StaffQuery {
  include_inactive?: boolean;
}

/** A name that actions are attributed to; `is_new` while it is highlighted. */
export interface Staff {
  name: string;
  is_active: boolean;
  added_at: string;
  deactivated_at: string | null;
  is_new: boolean;
}

/** Every workstation, by id. */
export interface StationList {
  workstations: StationView[];
}

/** A workstation as administrators see it; never its password. */
export interface StationView {
  id: string;
  display_name: string;
  role: "staff" | "admin" | "agent";
  disabled: boolean;
  share_path: string;
}

/** The lab at a glance. */
export interface Stats {
  counts: Record<Status, number>;
  total: number;
  today: Totals;
  storage: Storage;
}

/** What the students' files take, in bytes; `limit` is the lab's own. */
export interface Storage {
  used: number;
  limit: number;
}

/** What one student submitted in a period: `jobs` in all and by status, `cost` of those with a price. */
export interface StudentView {
  student_name: string;
  student_email: string;
  disciplines: string[];
  jobs: number;
  by_status: Record<Status, number>;
  cost_cents: number;
  cost_usd: string;
  last_submitted_at: string;
}

/** A page of the `total` students of a period; not `complete` where it holds too many jobs to read. */
export interface StudentsPage {
  days: number;
  students: StudentView[];
  page: number;
  limit: number;
  total: number;
  complete: boolean;
}

/** Whose jobs, and which page. `search` is that of the job list. */
export interface StudentsQuery {
  days?: number;
  search?: string;
  discipline?: string | null;
  page?: number;
  limit?: number;
}

/** The student's form. What goes together is checked against the catalog. */
export interface SubmissionFields {
  student_name: string;
  student_email: string;
  discipline: string;
  class_number: string;
  method: string;
  printer: string;
  color: string;
  acknowledged_minimum_charge: boolean;
}

/** What a student learns of the new job. */
export interface SubmittedJob {
  id: string;
  short_id: string;
  display_name: string;
  status: Status;
  status_label: string;
  tracking_url: string;
  created_at: string;
}

/** The process that answers. Sizes in bytes, times in seconds, load per processor; null where unknown. */
export interface SystemMetrics {
  python: string;
  system: string;
  on_lambda: boolean;
  started_at: string;
  uptime_s: number;
  cpu_s: number;
  cpus: number;
  load: number | null;
  threads: number;
  memory_bytes: number | null;
  peak_memory_bytes: number | null;
  memory_limit_bytes: number | null;
  disk_total_bytes: number;
  disk_free_bytes: number;
}

/** Where to send a test mail. */
export interface TestMailRequest {
  staff_name: string;
  to: string;
}

/** What became of a test mail: `said` is the mail server's own answer. */
export interface TestMailView {
  sent: boolean;
  transport: string;
  said: string;
  seconds: number;
}

/** pending, ready or failed; `url` when it can be shown. */
export interface Thumbnail {
  state: "pending" | "ready" | "failed";
  url: string | null;
}

/** What happened in a period; completed, picked up and money are net of what was reverted. */
export interface Totals {
  submitted: number;
  approved: number;
  rejected: number;
  confirmed: number;
  completed: number;
  failed: number;
  picked_up: number;
  payments: number;
  revenue_cents: number;
  revenue_usd: string;
  average_payment_cents: number | null;
  average_lead_hours: number | null;
  completed_grams: number;
  print_hours: number;
}

/** One station on the way. */
export interface TimelineStep {
  status: Status;
  status_label: string;
  at: string | null;
  current: boolean;
}

/** Where a student's job is. */
export interface TrackView {
  short_id: string;
  display_name: string;
  status: Status;
  status_label: string;
  created_at: string;
  cost_cents: number | null;
  cost_usd: string | null;
  paid_cents: number | null;
  paid_usd: string | null;
  timeline: TimelineStep[];
  queue_position: number | null;
  estimate: EstimateView | null;
  reject_reasons: string[];
  message: string;
}

/** Day by day, oldest first. */
export interface Trends {
  days: number;
  series: Day[];
}

/** The unit that would explain an implausible size, and the size it would give. */
export interface UnitSuspicion {
  unit: "inches" | "metres" | "centimetres";
  size_mm: [number, number, number];
}

/** The form and the file it announces: bytes, and SHA-256 as 64 lower-case hex digits. */
export interface UploadRequest {
  student_name: string;
  student_email: string;
  discipline: string;
  class_number: string;
  method: string;
  printer: string;
  color: string;
  acknowledged_minimum_charge: boolean;
  filename: string;
  size: number;
  sha256: string;
}

/** Where to send the announced file, and until when. */
export interface UploadTicket {
  upload_id: string;
  expires_at: string;
  post: PresignedPost;
}

/** Reasons, worst first, and the fit of every printer of the student's method. */
export interface Verdict {
  printable: boolean;
  reasons: ModelReason[];
  printers: PrinterFit[];
}

/** How many wait, and since when the oldest does. */
export interface WaitingView {
  count: number;
  oldest: string | null;
}

/** The session as it stands, and what its screens should do. */
export interface Whoami {
  workstation: Workstation;
  expires_at: string;
  desk: DeskView;
}

/** What is to be different; what is left out stays. */
export interface WorkstationChange {
  staff_name: string;
  display_name?: string | null;
  role?: "staff" | "admin" | "agent" | null;
  password?: string | null;
  disabled?: boolean | null;
  share_path?: string | null;
}

/** A computer that is logged in. */
export interface Workstation {
  id: string;
  display_name: string;
  role: "staff" | "admin" | "agent";
  share_path: string;
}
