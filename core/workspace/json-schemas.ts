import { z } from 'zod';
import { policyFile, ruleFile } from '#core/rules/schema.ts';
import { debtFile, decisionsFile, feedbackFile, waiverFile, workspaceFile } from '#core/workspace/schema.ts';
import type { DocumentKind } from '#core/workspace/schema.ts';

const FILES: Readonly<Record<DocumentKind, z.ZodType>> = {
  Workspace: workspaceFile,
  Policy: policyFile,
  Waiver: waiverFile,
  Decisions: decisionsFile,
  Debt: debtFile,
  Feedback: feedbackFile,
  Rule: ruleFile,
};

/** The JSON Schema of a kind of workspace file, for editors. What it cannot say (dates, one field or another), reading the file does. */
export const jsonSchemaOf = (kind: DocumentKind): object => ({
  $id: `https://plimsoll.dev/schemas/${kind.toLowerCase()}-1.json`,
  title: `Plimsoll ${kind}`,
  ...z.toJSONSchema(FILES[kind], { io: 'input', unrepresentable: 'any' }),
});
