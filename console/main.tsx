import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { App } from './app.tsx';

// The token has done its work: it need not stand in the address bar, in the history or in a screenshot.
history.replaceState(null, '', `/${location.hash}`);

const place = document.getElementById('app');
if (place) render(<App />, place);
