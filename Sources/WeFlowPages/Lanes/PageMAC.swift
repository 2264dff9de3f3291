import CPageLanes

/// An HMAC-SHA512 key, of one database as a rule, absorbed once, and the verification of pages with it
/// (<doc:EncryptedPages>).
///
/// Pages are independent of each other, so their HMACs are computed side by side in vector lanes: hand over eight pages
/// in one call rather than one in each of eight, where there is a choice.
final class PageMAC: Sendable {
    private let path: weflow_path
    // Written in `init`, before anybody else sees it, and only read until `deinit`.
    private nonisolated(unsafe) let schedule: UnsafeMutablePointer<weflow_mac>

    /// Absorbs the MAC key.
    ///
    /// - Parameters:
    ///   - key: the MAC key, 32 bytes for pages.
    ///   - path: instructions that this CPU has.
    init(key: SecretBytes, path: weflow_path = Instructions.path) {
        self.path = path
        schedule = .allocate(capacity: 1)
        key.withUnsafeBytes { bytes in
            weflow_mac_init(path, schedule, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        }
    }

    deinit {
        weflow_wipe(schedule, MemoryLayout<weflow_mac>.size)
        schedule.deallocate()
    }

    /// Verifies pages, in constant time whatever they hold, and sets `verified` of each.
    ///
    /// - Parameter pages: each with 4096 bytes at `sealed`.
    /// - Returns: whether all of them fit.
    func verify(_ pages: UnsafeMutableBufferPointer<weflow_page>) -> Bool {
        weflow_verify_pages(path, schedule, pages.baseAddress, pages.count) == 0
    }

    /// The HMAC of any message, 64 bytes.
    func tag(of message: UnsafeRawBufferPointer) -> SecretBytes {
        SecretBytes(count: Int(WEFLOW_TAG_SIZE)) { tag in
            weflow_mac_message(
                path, schedule, message.baseAddress?.assumingMemoryBound(to: UInt8.self), message.count,
                tag.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Writes a page's HMAC to its end.
    ///
    /// - Parameters:
    ///   - page: 4096 bytes, complete but for the HMAC.
    ///   - number: the page's number, from 1.
    func sign(_ page: UnsafeMutableRawPointer, number: UInt32) {
        weflow_sign_page(path, schedule, page.assumingMemoryBound(to: UInt8.self), number)
    }
}
