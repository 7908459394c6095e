import { setNonce } from 'get-nonce';

/**
 * The nonce of this response (decisions.md 27), which the host writes into the page. Radix' scroll lock puts a style element
 * into the head; without the nonce the policy would refuse it. Browsers hide the attribute, hence the property.
 */
export function adoptNonce(): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  const nonce = meta?.nonce ?? '';
  if (nonce !== '') setNonce(nonce);
}
