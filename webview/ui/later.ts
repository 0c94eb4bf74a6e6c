import '@vscode/codicons/dist/codicon.css';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/**
 * What a page is painted without, loaded by itself when it has been: the font of the icons, and the toolkit. This is
 * the only file that knows the toolkit; its elements are used by name everywhere else.
 */
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeProgressRing(),
  vsCodeTextField(),
);

// The toolkit takes the theme's colours when it hears that the page has loaded, which was before it came.
window.dispatchEvent(new Event('load'));
