import CCommline
import Synchronization

/// Links of sessions that are gone, kept for a while because somebody may still use them.
enum DeadLinks {
    // SAFETY: nobody but the graveyard owns a dead link.
    private struct Grave: @unchecked Sendable {
        let link: UnsafeMutablePointer<commline_link>
    }

    private static let graves = Mutex<[Grave]>([])
    private static let most = 4096

    static func bury(_ link: UnsafeMutablePointer<commline_link>) {
        let grave = Grave(link: link)
        let oldest = graves.withLock { graves in
            graves.append(grave)
            return graves.count > most ? graves.removeFirst() : nil
        }
        oldest?.link.deallocate()
    }
}
