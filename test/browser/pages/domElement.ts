/** What the page objects read of an element of the page. The project's Node code does not see the browser's types. */
export interface DomElement {
  readonly textContent: string | null;
  readonly className: string;
  readonly isConnected: boolean;
  readonly clientHeight: number;
  readonly style?: { readonly backgroundImage: string; readonly top: string };
  getAttribute(name: string): string | null;
  querySelector(selector: string): DomElement | null;
}
