import tseslint from 'typescript-eslint';

/** Node modules that reach files, processes or a network. */
const effects = [
  'fs',
  'fs/promises',
  'net',
  'tls',
  'http',
  'https',
  'http2',
  'dgram',
  'dns',
  'child_process',
  'worker_threads',
];
const io = {
  group: [...effects, ...effects.map((name) => `node:${name}`)],
  message: 'This folder reaches no file and no network.',
};
const editor = { group: ['vscode'], message: 'This folder does not know the editor.' };
const folders = (...names) => ({
  group: names.map((name) => `**/${name}/**`),
  message: 'See docs/architecture.md: arrows point from the views to the model.',
});
const heavy = {
  group: ['@kubernetes/client-node', 'cytoscape', 'yaml'],
  allowTypeImports: true,
  message: 'Heavy packages are loaded by import() at first use.',
};

const views = ['tree', 'panels', 'language', 'canal', 'terminal', 'writes', 'cli'];
const pure = (folder, ...others) =>
  restrict(`src/${folder}`, [io, editor, heavy, folders(...views, 'cluster', ...others)]);
const view = (folder) => restrict(`src/${folder}`, [folders(...views.filter((other) => other !== folder)), heavy]);

function restrict(folder, patterns) {
  return {
    files: [`${folder}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.cache', 'test-output', 'test/fixtures', 'media'] },
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './webview/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' },
        { selector: 'ExportAllDeclaration', message: 'No barrel files.' },
      ],
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  pure('model', 'inspect', 'policy'),
  pure('inspect', 'policy'),
  pure('policy', 'inspect'),
  restrict('src/cluster', [editor, heavy, folders(...views)]),
  ...views.filter((name) => name !== 'cli').map(view),
  restrict('src/cli', [editor, heavy, folders(...views.filter((name) => name !== 'cli'))]),
  restrict('webview', [
    editor,
    io,
    folders('inspect', 'policy', 'cluster', 'tree', 'language', 'canal', 'terminal', 'writes', 'cli'),
  ]),
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
  { files: ['*.config.js'], rules: { 'no-restricted-syntax': 'off' } },
);
