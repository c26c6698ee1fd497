// The window that the bookmarklet opened has done its work. Browsers close none that a person opened.
setTimeout(() => window.close(), 900);
