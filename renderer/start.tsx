// First, so that what components say about a token at some width comes after it.
import './app/tokens.css';
import './app/clusters.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { adoptNonce } from './app/nonce.ts';
import { applyRememberedTheme } from './app/theme.ts';
import { createClient } from './state/client.ts';

adoptNonce();
applyRememberedTheme();

const container = document.querySelector('#app');
if (container === null) throw new Error('index.html has no #app');
createRoot(container).render(
  <StrictMode>
    <App client={createClient()} />
  </StrictMode>,
);
