import type { AppInfo } from '#core/api/settings.ts';
import type { ObjectRef } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { App } from '#main/app.ts';
import type { Services } from '#main/rpc/services.ts';
import { hasSample } from '#main/sample.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { RunHistory } from '#main/services/evidence.ts';
import { enforceService } from '#main/services/enforce.ts';
import { exportsService } from '#main/services/exports.ts';
import { feedbackService } from '#main/services/feedback.ts';
import { findingsService } from '#main/services/findings.ts';
import { historyService } from '#main/services/history.ts';
import { inboxService } from '#main/services/inbox.ts';
import { overviewService } from '#main/services/overview.ts';
import { policiesService } from '#main/services/policies.ts';
import { policyFilesService } from '#main/services/policy-files.ts';
import { ratchetService } from '#main/services/ratchet.ts';
import { rulesService } from '#main/services/rules.ts';
import type { RunView, RunViews } from '#main/services/run-view.ts';
import { scansService, sourcesService } from '#main/services/scans.ts';
import { readSettings, settingsService } from '#main/services/settings.ts';
import { waiversService } from '#main/services/waivers.ts';
import { workspaceService } from '#main/services/workspace.ts';

/** The contract's handlers over one app; the same in every host. */
export function createServices(app: App, host: AppInfo['host']): Services {
  const { store, library, scans, views } = app;
  const context: ServiceContext = {
    store,
    library,
    workspace: app.workspace,
    views,
    history: new RunHistory(store, library),
    scans,
    env: app.env,
    now: app.now,
  };
  return {
    app: {
      info: async () =>
        ok({
          version: app.version,
          host,
          library: { hash: library.hash, rules: library.rules.length },
          database: store.file,
          platform: process.platform,
          sample: hasSample(),
        }),
    },
    settings: settingsService(store, scans, () => views.forget()),
    sources: sourcesService(app),
    scans: scansService(app),
    overview: overviewService(views),
    findings: findingsService(store, views),
    history: historyService(context),
    exports: exportsService(context),
    rules: rulesService(store, views),
    workspace: workspaceService(context),
    policies: { ...policiesService(context), ...policyFilesService(context) },
    ratchet: ratchetService(context),
    enforce: enforceService(context),
    inbox: inboxService(context),
    waivers: waiversService(context),
    feedback: feedbackService(context),
    palette: paletteService(views, () => readSettings(store).policy),
  };
}

const MAX_HITS = 20;

/** Rules, namespaces and objects whose name holds the text; rules first, each list by name. */
function paletteService(views: RunViews, policy: () => string): Services['palette'] {
  return {
    search: async ({ text, scanId }) => {
      const wanted = text.trim().toLowerCase();
      if (wanted === '') return ok([]);
      const rules = views.library.rules
        .filter((rule) => `${rule.id} ${rule.title}`.toLowerCase().includes(wanted))
        .slice(0, MAX_HITS)
        .map((rule) => ({ type: 'rule' as const, id: rule.id, title: rule.title }));
      const view = scanId === undefined ? undefined : views.open(scanId, policy());
      return ok([...rules, ...(view?.ok === true ? inventoryHits(view.value, wanted) : [])]);
    },
  };
}

function inventoryHits(view: RunView, wanted: string) {
  const names = new Set<string>();
  const objects: { readonly type: 'object'; readonly object: ObjectRef; readonly failing: number }[] = [];
  for (const object of view.objects) {
    if (object.namespace?.toLowerCase().includes(wanted) === true) names.add(object.namespace);
    if (objects.length >= MAX_HITS || object.idle || !object.name.toLowerCase().includes(wanted)) continue;
    const { apiVersion, kind, namespace, name } = object;
    const failing = view.findings.filter((finding) => finding.object === object && finding.verdict === 'fail').length;
    objects.push({
      type: 'object',
      object: { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) },
      failing,
    });
  }
  const namespaces = [...names]
    .toSorted()
    .slice(0, MAX_HITS)
    .map((name) => ({ type: 'namespace' as const, name }));
  return [...namespaces, ...objects];
}
