// SPDX-License-Identifier: MIT
// not_done.cpp: functions that are not done and answer an HRESULT, for which 0 would mean success.
#include <dlls/win32_dll.h>

#include <objbase.h>

namespace {
HRESULT not_done(const char* name) {
    oriel_undone_call("ole32", name);
    return E_NOTIMPL;
}
} // namespace

DLL_EXPORT HRESULT WINAPI CoGetMalloc(DWORD, LPMALLOC*) { return not_done("CoGetMalloc"); }
DLL_EXPORT HRESULT WINAPI CreateBindCtx(DWORD, IBindCtx**) { return not_done("CreateBindCtx"); }
DLL_EXPORT HRESULT WINAPI OleLoadFromStream(IStream*, REFIID, void**) { return not_done("OleLoadFromStream"); }
DLL_EXPORT HRESULT WINAPI OleSaveToStream(IPersistStream*, IStream*) { return not_done("OleSaveToStream"); }
DLL_EXPORT HRESULT WINAPI PropVariantClear(PROPVARIANT*) { return not_done("PropVariantClear"); }
DLL_EXPORT HRESULT WINAPI CreateStreamOnHGlobal(HGLOBAL, BOOL, IStream**) {
    return not_done("CreateStreamOnHGlobal");
}
DLL_EXPORT HRESULT WINAPI GetHGlobalFromStream(IStream*, HGLOBAL*) { return not_done("GetHGlobalFromStream"); }
