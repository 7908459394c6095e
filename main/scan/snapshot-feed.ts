import type { AppError } from '#core/model.ts';
import { err } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { OpenTarget, OpenTargetOptions } from '#main/scan/targets.ts';

export async function snapshotFeed(path: string, _options: OpenTargetOptions): Promise<Result<OpenTarget, AppError>> {
  return err({ code: 'unsupported', what: 'soon', where: path, why: '', next: '' });
}
