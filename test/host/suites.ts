// The suites that run inside VS Code; bundled into one file, so each is named here.
import './activation.test.ts';
import './tools.test.ts';
import './faces.test.ts';
