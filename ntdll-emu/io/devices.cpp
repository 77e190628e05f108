// SPDX-License-Identifier: MIT
#include <ntdll-emu/io/devices.h>

#include <ntdll-emu/hal/host_pipe.h>
#include <ntdll-emu/io/console_device.h>
#include <ntdll-emu/io/drive_device.h>
#include <ntdll-emu/io/null_device.h>

namespace oriel::io {

void add_devices(ob::Namespace& names, FileSystem& files, Console& console) {
    hal::ignore_write_signals(); // a write that fails is a status here
    for (const Drive& drive : files.drives()) {
        names.put(drive.device_name(), ob::make<DriveDevice>(files, drive));
        names.put_link(std::u16string(u"\\??\\") + drive.letter + u":", drive.device_name());
        if (drive.letter == u'C') names.put_link(u"\\SystemRoot", drive.device_name() + u"\\Windows");
    }
    names.put(u"\\Device\\Null", ob::make<NullDevice>());
    names.put_link(u"\\??\\NUL", u"\\Device\\Null");
    names.put(u"\\Device\\ConDrv", ob::make<ConsoleDevice>(console));
    names.put_link(u"\\??\\CON", u"\\Device\\ConDrv\\Console");
    names.put_link(u"\\??\\CONIN$", u"\\Device\\ConDrv\\CurrentIn");
    names.put_link(u"\\??\\CONOUT$", u"\\Device\\ConDrv\\CurrentOut");
    names.put(u"\\Device\\Mup", ob::make<UnreachableDevice>(Status::BadNetworkPath));
    names.put_link(u"\\??\\UNC", u"\\Device\\Mup");
    names.put(u"\\Device\\NamedPipe", ob::make<UnreachableDevice>(Status::ObjectNameNotFound));
    names.put_link(u"\\??\\PIPE", u"\\Device\\NamedPipe");
}

} // namespace oriel::io
