/* Stands in for the CUDA driver where none is installed: the nine functions that libtvm.so imports,
 * each answering CUDA_ERROR_NO_DEVICE. Nothing calls them without a device. */
enum { CUDA_ERROR_NO_DEVICE = 100 };

#define STUB(name) int name(void) { return CUDA_ERROR_NO_DEVICE; }

STUB(cuDeviceGetName)
STUB(cuFuncSetAttribute)
STUB(cuGetErrorName)
STUB(cuLaunchKernel)
STUB(cuMemsetD32_v2)
STUB(cuModuleGetFunction)
STUB(cuModuleGetGlobal_v2)
STUB(cuModuleLoadData)
STUB(cuModuleUnload)
