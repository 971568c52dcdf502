/** The ids that package.json declares, once each, with the types behind them. A test holds both sides equal. */

export const views = {
  containers: 'gantry.containers',
  images: 'gantry.images',
  registries: 'gantry.registries',
} as const;

/** Panels of our own in the editor area. */
export const webviews = {
  layers: 'gantry.layers',
} as const;

export const commands = {
  startContainers: 'gantry.containers.start',
  stopContainers: 'gantry.containers.stop',
  restartContainers: 'gantry.containers.restart',
  pauseContainers: 'gantry.containers.pause',
  resumeContainers: 'gantry.containers.resume',
  removeContainers: 'gantry.containers.remove',
  showLogs: 'gantry.containers.logs',
  openShell: 'gantry.containers.shell',
  inspectContainer: 'gantry.containers.inspect',
  openPort: 'gantry.containers.openPort',
  copyContainerId: 'gantry.containers.copyId',
  copyContainerName: 'gantry.containers.copyName',
  refreshContainers: 'gantry.containers.refresh',

  runImage: 'gantry.images.run',
  pullImage: 'gantry.images.pull',
  pushImage: 'gantry.images.push',
  removeImages: 'gantry.images.remove',
  tagImage: 'gantry.images.tag',
  inspectImage: 'gantry.images.inspect',
  copyImageReference: 'gantry.images.copyReference',
  copyImageId: 'gantry.images.copyId',
  refreshImages: 'gantry.images.refresh',
  showDangling: 'gantry.images.showDangling',
  hideDangling: 'gantry.images.hideDangling',

  addRegistry: 'gantry.registries.add',
  signInToRegistry: 'gantry.registries.signIn',
  signOutOfRegistry: 'gantry.registries.signOut',
  removeRegistry: 'gantry.registries.remove',
  openRegistrySettings: 'gantry.registries.openSettings',
  pullTag: 'gantry.registries.pull',
  pullRepository: 'gantry.registries.pullRepository',
  copyTagReference: 'gantry.registries.copyReference',
  copyTagDigest: 'gantry.registries.copyDigest',
  refreshRegistries: 'gantry.registries.refresh',
  loadMore: 'gantry.registries.loadMore',
  filterList: 'gantry.registries.filter',
  clearFilter: 'gantry.registries.clearFilter',
  sortTags: 'gantry.registries.sortTags',
  showAttachments: 'gantry.registries.showAttachments',
  hideAttachments: 'gantry.registries.hideAttachments',
  openRepository: 'gantry.registries.openRepository',
  forgetRepository: 'gantry.registries.forgetRepository',
  searchHub: 'gantry.registries.searchHub',
  openPage: 'gantry.registries.openPage',
  showManifest: 'gantry.registries.showManifest',
  showConfig: 'gantry.registries.showConfig',
  selectForCompare: 'gantry.registries.selectForCompare',
  compareWithSelected: 'gantry.registries.compareWithSelected',
  compareSelected: 'gantry.registries.compareSelected',
  deleteTags: 'gantry.registries.deleteTags',
  deleteImages: 'gantry.registries.deleteImages',
  deleteManyTags: 'gantry.registries.deleteManyTags',
  deleteRepository: 'gantry.registries.deleteRepository',
  diagnoseRegistry: 'gantry.registries.diagnose',

  analyzeLayers: 'gantry.layers.analyze',
  compareLayers: 'gantry.layers.compare',

  build: 'gantry.build',
  debug: 'gantry.debug',
  retry: 'gantry.retry',
  restartServer: 'gantry.restartServer',
  showOutput: 'gantry.showOutput',
} as const;

export type Command = (typeof commands)[keyof typeof commands];

/** What code actions of the server run. Not declared in package.json: nobody finds them in the palette. */
export const serverCommands = {
  ignoreInWorkspace: 'gantry.lint.ignoreInWorkspace',
} as const;

export type ServerCommand = (typeof serverCommands)[keyof typeof serverCommands];

/** What one part of Gantry hands to a command of another. A command that is not here takes nothing from code. */
export interface CommandArguments {
  [commands.showLogs]: readonly [container: { readonly id: string; readonly name: string }];
  [commands.openShell]: readonly [container: { readonly id: string; readonly name: string }];
  [commands.runImage]: readonly [reference: string];
  [commands.debug]: readonly [image: string];
  /** Answers whether it is pulled. */
  [commands.pullImage]: readonly [reference: string, platform?: string];
  /** An image of the engine. */
  [commands.analyzeLayers]: readonly [reference: string];
  /** Two images of one source. */
  [commands.compareLayers]: readonly [first: string, second: string, source: 'engine' | 'registry'];
  [commands.showOutput]: readonly [];
  [commands.restartServer]: readonly [];
}

export const settings = {
  engineHost: 'gantry.engine.host',
  lintRules: 'gantry.lint.rules',
  registries: 'gantry.registries',
  logTail: 'gantry.logs.tail',
  logTimestamps: 'gantry.logs.timestamps',
  sizeUnits: 'gantry.sizes.units',
} as const;

/** The types behind the settings, as package.json declares them. */
export interface SettingTypes {
  [settings.engineHost]: string;
  /** Severities, `off` among them, by the names of rules. */
  [settings.lintRules]: Readonly<Record<string, string>>;
  /** As people wrote them: not every entry is one. */
  [settings.registries]: readonly unknown[];
  [settings.logTail]: number;
  [settings.logTimestamps]: boolean;
  /** As people wrote it: {@link readByteUnits}. */
  [settings.sizeUnits]: unknown;
}

/** What Gantry itself writes of one. */
export interface RegistrySetting {
  /** Host with optional port. */
  readonly host: string;
  /** Plain HTTP, or HTTPS with a certificate nobody vouches for. */
  readonly insecure?: boolean;
}

/** Context keys that `when` clauses in package.json look at. */
export const contextKeys = {
  containersEmpty: 'gantry.containersEmpty',
  imagesEmpty: 'gantry.imagesEmpty',
  registriesEmpty: 'gantry.registriesEmpty',
  danglingShown: 'gantry.danglingShown',
  attachmentsShown: 'gantry.attachmentsShown',
  imageSelectedForCompare: 'gantry.imageSelectedForCompare',
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export const debugType = 'container';
export const taskType = 'gantry';
