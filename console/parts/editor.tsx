import { acceptCompletion } from '@codemirror/autocomplete';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'preact/hooks';
import type { TableShown } from '../contract.ts';

/** In the colors of the page, so that it is dark where the page is. */
const highlighting = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)' },
  { tag: [tags.string, tags.number], color: 'var(--c3)' },
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
]);

const nonce = (): string => document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? '';

/** Trino's SQL is nearest to PostgreSQL's. */
const language = (tables: readonly TableShown[]) =>
  sql({
    dialect: PostgreSQL,
    upperCaseKeywords: true,
    schema: Object.fromEntries(
      tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]),
    ),
  });

const runs = (run: () => void): true => {
  run();
  return true;
};

/** Ctrl-Enter runs. Tab leaves it, as it leaves every field. */
export const Editor = ({
  written,
  tables,
  onText,
  onRun,
}: {
  /** put into it; a new object replaces what stands there */
  written: { text: string };
  tables: readonly TableShown[];
  onText(text: string): void;
  onRun(): void;
}) => {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | undefined>(undefined);
  const known = useRef(new Compartment());
  const now = useRef({ onText, onRun });
  now.current = { onText, onRun };
  // It is made once, and told of changes below.
  useEffect(() => {
    if (place.current === null) return;
    const view = new EditorView({
      parent: place.current,
      doc: written.text,
      extensions: [
        Prec.highest(
          keymap.of([
            { key: 'Mod-Enter', run: () => runs(now.current.onRun) },
            { key: 'Tab', run: acceptCompletion },
          ]),
        ),
        EditorView.cspNonce.of(nonce()),
        basicSetup,
        syntaxHighlighting(highlighting),
        known.current.of(language(tables)),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) now.current.onText(update.state.doc.toString());
        }),
      ],
    });
    editor.current = view;
    return () => view.destroy();
  }, []);
  useEffect(() => {
    editor.current?.dispatch({ effects: known.current.reconfigure(language(tables)) });
  }, [tables]);
  useEffect(() => {
    const view = editor.current;
    const { text } = written;
    if (view === undefined || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [written]);
  return <div class="editor" ref={place} />;
};
