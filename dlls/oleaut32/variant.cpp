// SPDX-License-Identifier: MIT
// variant.cpp: VARIANT: initialising, clearing, copying. Conversions between types and arrays are not done.
//
// Source: "VariantClear function", "VariantCopy function" (Microsoft documentation).
#include "oleaut32.h"

namespace {

constexpr VARTYPE type_mask = 0x0FFF; // VT_TYPEMASK

/// Types that a VARIANT may hold: the others are of property sets.
bool is_variant_type(VARTYPE type) {
    if (type & VT_RESERVED) return false;
    if ((type & VT_BYREF) && ((type & type_mask) == VT_EMPTY || (type & type_mask) == VT_NULL)) return false;
    switch (type & type_mask) {
    case VT_EMPTY:
    case VT_NULL:
    case VT_I2:
    case VT_I4:
    case VT_R4:
    case VT_R8:
    case VT_CY:
    case VT_DATE:
    case VT_BSTR:
    case VT_DISPATCH:
    case VT_ERROR:
    case VT_BOOL:
    case VT_VARIANT:
    case VT_UNKNOWN:
    case VT_DECIMAL:
    case VT_I1:
    case VT_UI1:
    case VT_UI2:
    case VT_UI4:
    case VT_I8:
    case VT_UI8:
    case VT_INT:
    case VT_UINT:
    case VT_RECORD:
        return true;
    default:
        return false;
    }
}

} // namespace

OLE_FUNCTION void WINAPI VariantInit(VARIANTARG* variant) { variant->vt = VT_EMPTY; }

OLE_FUNCTION HRESULT WINAPI VariantClear(VARIANTARG* variant) {
    const VARTYPE type = variant->vt;
    if (!is_variant_type(type)) return DISP_E_BADVARTYPE;
    if (!(type & VT_BYREF)) { // what a reference refers to is someone else's
        if (type & VT_ARRAY) {
            oriel_undone_call("oleaut32", "SafeArrayDestroy");
            return E_NOTIMPL;
        }
        if (type == VT_BSTR)
            SysFreeString(variant->bstrVal);
        else if ((type == VT_DISPATCH || type == VT_UNKNOWN) && variant->punkVal)
            variant->punkVal->Release();
    }
    variant->vt = VT_EMPTY;
    return S_OK;
}

OLE_FUNCTION HRESULT WINAPI VariantCopy(VARIANTARG* to, VARIANTARG* from) {
    if (to == from) return S_OK;
    if (!is_variant_type(from->vt)) return DISP_E_BADVARTYPE;
    if ((from->vt & VT_ARRAY) && !(from->vt & VT_BYREF)) {
        oriel_undone_call("oleaut32", "SafeArrayCopy");
        return E_NOTIMPL;
    }
    const HRESULT cleared = VariantClear(to);
    if (cleared < 0) return cleared;
    VARIANTARG copy = *from;
    if (from->vt == VT_BSTR && from->bstrVal) {
        copy.bstrVal =
            SysAllocStringByteLen(reinterpret_cast<LPCSTR>(from->bstrVal), SysStringByteLen(from->bstrVal));
        if (!copy.bstrVal) return E_OUTOFMEMORY;
    } else if ((from->vt == VT_DISPATCH || from->vt == VT_UNKNOWN) && from->punkVal) {
        from->punkVal->AddRef();
    }
    *to = copy;
    return S_OK;
}

/// There are no error objects: nobody here makes any.
OLE_FUNCTION HRESULT WINAPI GetErrorInfo(ULONG, IErrorInfo** info) {
    *info = nullptr;
    return S_FALSE;
}
OLE_FUNCTION HRESULT WINAPI SetErrorInfo(ULONG, IErrorInfo*) { return S_OK; }

EXPORT_ORDINAL(VariantInit, 4, 8);
EXPORT_ORDINAL(VariantClear, 4, 9);
EXPORT_ORDINAL(VariantCopy, 8, 10);
EXPORT_ORDINAL(GetErrorInfo, 8, 200);
EXPORT_ORDINAL(SetErrorInfo, 8, 201);
