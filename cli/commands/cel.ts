import { Command, InvalidArgumentError, Option } from 'commander';

export interface CelOptions {
  readonly expr?: string;
  readonly object?: string;
  readonly minor: number;
  readonly type: 'bool' | 'string' | 'any';
  readonly explain: boolean;
  readonly jsonl: boolean;
  readonly color: boolean;
}

const OLDEST_MINOR = 27;
const NEWEST_MINOR = 37;
/** What a 1.36 server lets a new policy use. */
const DEFAULT_MINOR = 35;

function parseMinor(value: string): number {
  const minor = Number(/^(?:1\.)?(\d{2})$/.exec(value)?.[1]);
  if (!(minor >= OLDEST_MINOR && minor <= NEWEST_MINOR))
    throw new InvalidArgumentError(`a compatibility minor is a number from ${OLDEST_MINOR} to ${NEWEST_MINOR}.`);
  return minor;
}

/** `plimsoll cel`: what an expression is worth to the API server. */
export function celCommand(): Command {
  return new Command('cel')
    .description('Evaluate a CEL expression as the API server does in a ValidatingAdmissionPolicy.')
    .option('--expr <text>', 'the expression')
    .option('--object <file>', 'object it is evaluated on: YAML or JSON, - for standard input')
    .option('--minor <number>', 'compatibility minor: what a new policy may use on the next server', parseMinor, DEFAULT_MINOR)
    .addOption(
      new Option('--type <type>', 'what it must give; a validation gives a bool')
        .choices(['any', 'bool', 'string'])
        .default('any'),
    )
    .option('--explain', 'show the value of each part', false)
    .option('--jsonl', 'answer questions from standard input, one JSON object a line', false)
    .option('--no-color', 'no colour, whatever the terminal')
    .addHelpText(
      'after',
      `
Prints the value as JSON; its type and cost (the API server's units) go to standard error.
Exit codes: 0 a value, 2 false or an error of the evaluation, 1 refused or usage.
--jsonl speaks cel-oracle's protocol: a line has expr, type (bool by default), minor, stored,
variables, object, oldObject, params, operation, namespace, namespaceLabels, compileOnly, id;
its answer compileError, or outputType, value, valueType, evalError, cost.

Examples:
  plimsoll cel --expr "object.spec.replicas > 1" --object deployment.yaml
  kubectl get pod web -o json | plimsoll cel --expr "object.spec.hostNetwork" --object -
  plimsoll cel --jsonl < questions.jsonl`,
    )
    .action(async (options: CelOptions) => {
      await (await import('#cli/run-cel.ts')).runCel(options);
    });
}
