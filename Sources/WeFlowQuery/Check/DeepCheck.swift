import WeFlowPages
import WeFlowStore

/// Verifies every page of one database, log included, on all cores, and says what the bad ones belong to.
struct DeepCheck {
    let account: Account
    let name: String
    /// How many threads verify at once.
    let width: Int

    /// Pages that one thread verifies in one go.
    private static let batch: UInt32 = 512
    /// How often a database that moves is begun anew.
    private static let attempts = 5

    /// Verifies the database.
    ///
    /// - Parameter progress: takes how many pages were verified since the last call.
    /// - Returns: what is damaged.
    /// - Throws: `WeFlowError` where it does not open or keeps moving; `CancellationError`.
    func run(progress: (Int) -> Void) async throws -> [DatabaseCheck.PageDamage] {
        for _ in 1..<Self.attempts {
            do {
                return try await attempt(progress)
            } catch let error as WeFlowError where error.isTransient {
                continue
            }
        }
        return try await attempt(progress)
    }

    private func attempt(_ progress: (Int) -> Void) async throws -> [DatabaseCheck.PageDamage] {
        let snapshot = try account.database(name).snapshot()
        let end = end(of: snapshot)
        var faults: [UInt32: DatabaseCheck.PageDamage.Fault] = [:]
        var next: UInt64 = 1
        try await orderedPipeline(
            width: width,
            next: {
                guard next <= UInt64(end) else { return nil }
                let last = min(UInt64(end), next + UInt64(Self.batch) - 1)
                defer { next = last + 1 }
                return UInt32(next)...UInt32(last)
            },
            work: { pages in (pages.count, try Self.verify(pages, of: snapshot)) },
            consume: { count, found in
                for (page, fault) in found { faults[page] = fault }
                progress(count)
                return true
            })
        let damage: [DatabaseCheck.PageDamage]
        let subjects: [IndexAgreement.Subject]
        do throws(PageFailure) {
            damage = try attribute(faults, missing: end < snapshot.pageCount ? end + 1 : nil, snapshot)
            let cache = PageCache(snapshot, pages: 16)
            var unreadable: [PageFailure] = []
            subjects = IndexAgreement.subjects(try Schema.objects(in: cache, damage: &unreadable))
        } catch {
            throw error.error
        }
        return damage + (try await disagreements(subjects, snapshot))
    }

    /// What tables and their indexes do not have in common.
    private func disagreements(
        _ subjects: [IndexAgreement.Subject], _ snapshot: PageSnapshot
    ) async throws -> [DatabaseCheck.PageDamage] {
        var rest = subjects[...]
        var damage: [DatabaseCheck.PageDamage] = []
        try await orderedPipeline(width: width, next: { rest.popFirst() }) { subject in
            do throws(PageFailure) {
                return try IndexAgreement(subject, in: snapshot)
            } catch {
                throw error.error
            }
        } consume: { agreement in
            for (object, failure) in agreement.found {
                let isTable = object.kind == .table
                damage.append(
                    .init(
                        pages: failure.page...failure.page, fault: isTable ? .rowsMissing : .rowsUnindexed,
                        owner: isTable
                            ? .table(object.table, chat: nil) : .index(ofTable: object.table, chat: nil)))
            }
            return true
        }
        return damage
    }

    /// The last page worth reading: a damaged header may promise more than file and log can hold.
    private func end(of snapshot: PageSnapshot) -> UInt32 {
        let sizes = account.sizes(of: name)
        let size = Int64(snapshot.pageSize)
        let held = ((sizes.file ?? 0) + size - 1) / size + sizes.log / size
        // An update in between may have added pages: they are read, too many cost nothing but failures.
        return UInt32(clamping: min(Int64(snapshot.pageCount), held))
    }

    private static func verify(
        _ pages: ClosedRange<UInt32>, of snapshot: PageSnapshot
    ) throws -> [(UInt32, DatabaseCheck.PageDamage.Fault)] {
        var verifier = PageVerifier(snapshot)
        do throws(PageFailure) {
            return try verifier.faults(of: pages)
        } catch {
            throw error.error
        }
    }

    /// Says what bad pages belong to. A database without checksums is walked in any case: its pages can be told from
    /// damaged ones by their structure only. `missing` is the first page that neither file nor log can hold.
    private func attribute(
        _ faults: [UInt32: DatabaseCheck.PageDamage.Fault], missing: UInt32?, _ snapshot: PageSnapshot
    ) throws(PageFailure) -> [DatabaseCheck.PageDamage] {
        guard !faults.isEmpty || missing != nil || !snapshot.isEncrypted else { return [] }
        var faults = faults
        var rest: ClosedRange<UInt32>?
        if let missing {
            let last = snapshot.pageCount - missing > Self.mostMissing ? missing + Self.mostMissing : snapshot.pageCount
            for page in missing...last { faults[page] = .truncated }
            if last < snapshot.pageCount { rest = (last + 1)...snapshot.pageCount }
        }
        var owners = try PageOwners(snapshot, wanted: Set(faults.keys))
        let structural = owners.damage.filter { faults[$0.page] == nil && $0.page > 0 && $0.reason == .damaged }
        if !structural.isEmpty {
            for failure in structural { faults[failure.page] = .structure }
            owners = try PageOwners(snapshot, wanted: Set(faults.keys))
        }
        var pages: [(page: UInt32, fault: DatabaseCheck.PageDamage.Fault, owner: DatabaseCheck.Owner?)] = []
        for (page, fault) in faults.sorted(by: { $0.key < $1.key }) {
            let owner: DatabaseCheck.Owner
            switch owners[page] {
            case .object(let object) where object.kind == .table: owner = .table(object.table, chat: nil)
            case .object(let object): owner = .index(ofTable: object.table, chat: nil)
            // Zeros are what such a page may hold.
            case .free where fault == .blank, .reserved: continue
            case .free: owner = .free
            case nil: owner = .unknown
            }
            pages.append((page, fault, owner))
        }
        let runs = DatabaseCheck.PageDamage.runs(pages)
        return runs + (rest.map { [.init(pages: $0, fault: .truncated, owner: .unknown)] } ?? [])
    }

    /// Missing pages beyond these are not told apart.
    private static let mostMissing: UInt32 = 65_535
}
