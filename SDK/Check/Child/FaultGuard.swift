import Glibc

/// Tells what a memory fault was about before the process dies of it.
enum FaultGuard {
    // SAFETY: written by the case's own thread outside of the handler, read by the handler on that thread.
    nonisolated(unsafe) static var page: UnsafeMutableRawPointer?
    nonisolated(unsafe) static var lentStart: UInt = 0
    nonisolated(unsafe) static var lentSlots = 0
    nonisolated(unsafe) static var lentStride: UInt = 1
    nonisolated(unsafe) static var lentSlotSize: UInt = 0
    nonisolated(unsafe) static var lentEnd: UInt = 0
    nonisolated(unsafe) static var stackGuard: UInt = 0
    nonisolated(unsafe) static var stackStart: UInt = 0

    /// Begins to watch; called once, on the thread on which the plugin runs.
    static func install(page: CasePage, lent: LentMemory, stack: CaseThread.Stack) {
        self.page = page.start
        lentStart = UInt(bitPattern: lent.start)
        lentEnd = lentStart + UInt(LentMemory.size)
        lentStride = UInt(LentMemory.stride)
        lentSlotSize = UInt(LentMemory.slotSize)
        stackGuard = UInt(bitPattern: stack.guardStart)
        stackStart = UInt(bitPattern: stack.start)

        let room = 64 << 10
        var alternate = stack_t()
        // Never freed: it is needed until the process ends.
        alternate.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
        alternate.ss_size = room
        sigaltstack(&alternate, nil)
        var action = sigaction()
        action.__sigaction_handler.sa_sigaction = { signal, info, _ in
            FaultGuard.judge(UInt(bitPattern: info?.pointee._sifields._sigfault.si_addr))
            // Returning repeats the access, and this time the process dies of it.
            Glibc.signal(signal, SIG_DFL)
        }
        action.sa_flags = Int32(SA_SIGINFO) | Int32(SA_ONSTACK)
        sigaction(SIGSEGV, &action, nil)
        sigaction(SIGBUS, &action, nil)
    }

    private static func judge(_ address: UInt) {
        let fault: CasePage.Fault
        if address >= stackGuard, address < stackStart {
            fault = .stackOverflow
        } else if address >= lentStart, address < lentEnd {
            let slot = (address - lentStart) / lentStride
            let place = (address - lentStart) % lentStride
            if place >= lentSlotSize {
                fault = .pastTheEnd
            } else {
                fault = slot < UInt(lentSlots) ? .readOnly : .afterTheCall
            }
        } else {
            fault = .other
        }
        page?.storeBytes(of: fault.rawValue, as: UInt32.self)
    }
}
