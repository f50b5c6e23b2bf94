export { loadModelFolder } from './load-model-folder';
export { MAX_WEIGHTS_BYTES } from './model-folder';
export { type ModelFolderExtras, saveModelFolder } from './save-model-folder';
export { findModelFolder, SHIPPED_MODELS_DIRECTORY } from './shipped-models';
