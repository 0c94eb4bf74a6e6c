/**
 * A name as the label of a pick or a status bar item, where VS Code draws `$(error)` as an icon. The backslash is taken off
 * again when it is drawn. Rows of trees, menus and messages show such names as they are.
 */
export const plainLabel = (name: string): string => name.replaceAll(/\$\([A-Za-z0-9-]+(~[A-Za-z]+)?\)/g, '\\$&');
