declare module 'suite:files';
