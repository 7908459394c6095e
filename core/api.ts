import { eventIterator, oc } from '@orpc/contract';
import type { ContractRouterClient } from '@orpc/contract';
import { z } from 'zod';
import { policyName, result, ruleId, scanId, shortText } from '#core/api/common.ts';
import {
  driftInput,
  driftView,
  enforceInput,
  enforcePreview,
  enforceSaved,
  enforceSaveInput,
  fileInput,
  fileText,
  foreignInput,
  foreignObjects,
  replayHistory,
  replayHistoryInput,
  replayObjects,
  replayObjectsInput,
  rolloutInput,
  rolloutView,
} from '#core/api/enforce.ts';
import { exportFile, exportInput, exportPreview } from '#core/api/exports.ts';
import { findingDetail, findingGroups, findingRow, findingsQuery, overview } from '#core/api/findings.ts';
import { historyDelete, historyFilter, historyImport, historyImported, historyPage, runDiff } from '#core/api/history.ts';
import {
  changed,
  decideInput,
  feedbackAnswer,
  feedbackStart,
  feedbackView,
  inboxInput,
  inboxPage,
  waiverChange,
  waiverList,
} from '#core/api/inbox.ts';
import {
  policyCompareInput,
  policyComparison,
  policyCreate,
  policyDiff,
  policyDiffInput,
  policyExport,
  policyExportInput,
  policyImport,
  policyImportInput,
  policyMatrix,
  policyPage,
  policyPreview,
  policyPreviewInput,
  policySave,
  policySaved,
  policySummary,
  revision,
} from '#core/api/policies.ts';
import {
  acceptInput,
  demoteInput,
  promoteInput,
  proposal,
  proposalInput,
  ratchetInput,
  ratchetSaved,
  ratchetView,
} from '#core/api/ratchet.ts';
import { rulePage, ruleSummary } from '#core/api/rules.ts';
import { contexts, coverageTable, networkLog, paletteHit, scanEvent, scanTarget, source } from '#core/api/scans.ts';
import { appInfo, settings, settingsPatch, sourcePatch } from '#core/api/settings.ts';
import { bindingPreview, bindingPreviewInput, longText, undoInput, workspaceSave, workspaceView } from '#core/api/workspace.ts';

/**
 * The contract: every call and event that a screen or the command line may use. Inputs are checked here, at the boundary,
 * on every transport (in process, HTTP, Electron's MessagePort); every answer is a Result. Types, clients and handlers all
 * derive from this one object, so a forgotten handler does not compile.
 *
 * Reserved for later issues: `tokens` (read/write, with labels), `schedules`; runs already carry `origin` and `token`.
 */
const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => oc.input(input).output(result(output));
const none = z.object({}).optional();

export const contract = {
  app: { info: call(none, appInfo) },
  settings: {
    get: call(none, settings),
    set: call(settingsPatch, settings),
    source: call(sourcePatch, source),
  },
  sources: {
    contexts: call(z.object({ kubeconfig: shortText.optional() }), contexts),
    list: call(none, z.array(source)),
  },
  scans: {
    start: call(z.object({ target: scanTarget, labels: z.record(shortText, shortText).optional() }), z.object({ scanId })),
    cancel: call(z.object({ scanId }), z.object({ cancelled: z.boolean() })),
    coverage: call(z.object({ scanId }), coverageTable),
    network: call(z.object({ scanId }), networkLog),
    events: oc.input(none).output(eventIterator(scanEvent)),
  },
  overview: { get: call(z.object({ scanId, policy: policyName }), overview) },
  findings: {
    groups: call(findingsQuery, findingGroups),
    rows: call(
      findingsQuery.extend({
        group: z.string().max(2048),
        offset: z.number().int().min(0),
        limit: z.number().int().min(1).max(500),
      }),
      z.object({ rows: z.array(findingRow), total: z.number() }),
    ),
    get: call(z.object({ scanId, policy: policyName, fingerprint: z.string().max(64) }), findingDetail),
  },
  history: {
    list: call(historyFilter, historyPage),
    diff: call(z.object({ from: scanId, to: scanId, policy: policyName }), runDiff),
    delete: call(historyDelete, z.object({ deleted: z.boolean() })),
    import: call(historyImport, historyImported),
  },
  exports: { preview: call(exportInput, exportPreview), file: call(exportInput, exportFile) },
  rules: {
    list: call(z.object({ policy: policyName, scanId: scanId.optional() }), z.array(ruleSummary)),
    get: call(z.object({ id: ruleId, policy: policyName, scanId: scanId.optional() }), rulePage),
  },
  workspace: {
    get: call(z.object({ scanId: scanId.optional() }).optional(), workspaceView),
    save: call(workspaceSave, z.object({ view: workspaceView, change: changed.shape.change })),
    preview: call(bindingPreviewInput, bindingPreview),
    undo: call(undoInput, z.object({ what: z.string() })),
  },
  policies: {
    list: call(none, z.array(policySummary)),
    matrix: call(z.object({ scanId: scanId.optional() }), policyMatrix),
    get: call(z.object({ name: policyName, scanId: scanId.optional() }), policyPage),
    preview: call(policyPreviewInput, policyPreview),
    save: call(policySave, policySaved),
    create: call(policyCreate, policySaved),
    remove: call(z.object({ name: policyName, reason: longText }), changed),
    revisions: call(z.object({ name: policyName }), z.array(revision)),
    diff: call(policyDiffInput, policyDiff),
    restore: call(z.object({ name: policyName, number: z.number().int().min(1), reason: longText }), policySaved),
    import: call(policyImportInput, policyImport),
    export: call(policyExportInput, policyExport),
    compare: call(policyCompareInput, policyComparison),
  },
  ratchet: {
    get: call(ratchetInput, ratchetView),
    propose: call(proposalInput, proposal),
    accept: call(acceptInput, ratchetSaved),
    promote: call(promoteInput, ratchetSaved),
    demote: call(demoteInput, ratchetSaved),
  },
  enforce: {
    preview: call(enforceInput, enforcePreview),
    objects: call(replayObjectsInput, replayObjects),
    history: call(replayHistoryInput, replayHistory),
    file: call(fileInput, fileText),
    save: call(enforceSaveInput, enforceSaved),
    rollout: call(rolloutInput, rolloutView),
    drift: call(driftInput, driftView),
    foreign: call(foreignInput, foreignObjects),
  },
  inbox: { list: call(inboxInput, inboxPage), decide: call(decideInput, changed) },
  waivers: {
    list: call(z.object({ scanId, policy: policyName.optional() }), waiverList),
    change: call(waiverChange, changed),
    remove: call(z.object({ id: z.string().max(100), reason: longText }), changed),
  },
  feedback: {
    get: call(z.object({ scanId: scanId.optional() }), feedbackView),
    start: call(feedbackStart, changed),
    answer: call(feedbackAnswer, changed),
    close: call(z.object({ round: z.string().max(100) }), changed),
  },
  palette: { search: call(z.object({ text: shortText, scanId: scanId.optional() }), z.array(paletteHit)) },
};

export type Contract = typeof contract;

/** What a screen or the command line calls: `client.overview.get({ scanId, policy })`. */
export type Client = ContractRouterClient<Contract>;
