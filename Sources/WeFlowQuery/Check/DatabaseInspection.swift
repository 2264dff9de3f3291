import WeFlowPages
import WeFlowStore

/// The quick look at one database: whether it opens, what it is, and what its indexes count.
struct DatabaseInspection {
    let account: Account
    let name: String

    /// Looks at the database; what fails is in the result.
    func run() -> DatabaseCheck {
        let sizes = account.sizes(of: name)
        var check = DatabaseCheck(
            name: name, role: DatabaseRole(database: name), state: .whole, fileSize: sizes.file ?? 0,
            logSize: sizes.log)
        if check.fileSize == 0 {
            check.state = .empty
            return check
        }
        do throws(WeFlowError) {
            try WeFlowError.retrying { () throws(WeFlowError) in try look(&check) }
        } catch {
            check.state = .unreadable(error)
        }
        return check
    }

    private func look(_ check: inout DatabaseCheck) throws(WeFlowError) {
        let snapshot = try account.database(name).snapshot()
        check.pageCount = snapshot.pageCount
        check.isEncrypted = snapshot.isEncrypted
        let cache = PageCache(snapshot, pages: 64)
        var damage: [PageFailure] = []
        do throws(PageFailure) {
            let objects = try Schema.objects(in: cache, damage: &damage)
            check.layout = Self.layout(check.role, objects)
            if check.role == .messages || check.role == .officialMessages {
                let summary = try ShardSummary(objects, in: cache)
                damage += summary.damage
                check.messages = DatabaseCheck.Messages(
                    chats: summary.chats, count: summary.messages, first: summary.first, last: summary.last)
            }
            check.damage = try Self.runs(damage, snapshot, missing: missingEnd(snapshot, check))
        } catch {
            throw error.error
        }
        check.state = check.damage.isEmpty ? .whole : .damaged
        try lookForStrangeTables(check.role, cache)
    }

    /// Says that a table which is read is none that can be: a database that opens has to be read, too.
    private func lookForStrangeTables(_ role: DatabaseRole, _ cache: PageCache) throws(WeFlowError) {
        var damage: [PageFailure] = []
        let tables: TableSchemas
        var names = role.tables
        do throws(PageFailure) {
            if role == .messages || role == .officialMessages {
                names += try Schema.tableNames(cache, damage: &damage).map { $0.lowercased() }
                    .filter { $0.hasPrefix("msg_") }
            }
            tables = try Schema.tables(names, in: cache, damage: &damage)
        } catch {
            throw error.error
        }
        for name in names { _ = try tables[name] }
    }

    /// The pages at the end that the file does not have; where there is a log, the last one alone stands for them.
    private func missingEnd(_ snapshot: PageSnapshot, _ check: DatabaseCheck) throws(PageFailure) -> ClosedRange<
        UInt32
    >? {
        var verifier = PageVerifier(snapshot)
        guard try verifier.fault(of: snapshot.pageCount) == .truncated else { return nil }
        let held = UInt32(clamping: check.fileSize / Int64(snapshot.pageSize))
        let first = check.logSize == 0 && held < snapshot.pageCount ? held + 1 : snapshot.pageCount
        return first...snapshot.pageCount
    }

    private static func runs(
        _ failures: [PageFailure], _ snapshot: PageSnapshot, missing: ClosedRange<UInt32>?
    ) throws(PageFailure) -> [DatabaseCheck.PageDamage] {
        var verifier = PageVerifier(snapshot)
        var found: [UInt32: DatabaseCheck.PageDamage.Fault] = [:]
        for failure in failures where found[failure.page] == nil && missing?.contains(failure.page) != true {
            // A page that is good by itself is no page of the table that refers to it.
            found[failure.page] =
                try failure.reason == .rowMissing
                ? .rowsMissing : verifier.fault(of: failure.page) ?? .structure
        }
        let runs = DatabaseCheck.PageDamage.runs(
            found.sorted { $0.key < $1.key }.map { (page: $0.key, fault: $0.value, owner: nil) })
        return runs + (missing.map { [.init(pages: $0, fault: .truncated)] } ?? [])
    }

    /// The generation that a database's tables show, nil where they do not tell.
    private static func layout(_ role: DatabaseRole, _ objects: [SchemaObject]) -> String? {
        func has(_ column: String, in table: String) -> Bool? {
            objects.first { $0.kind == .table && $0.name.lowercased() == table }.map { $0.columns.contains(column) }
        }
        func hasTable(_ isMatch: (String) -> Bool) -> Bool {
            objects.contains { $0.kind == .table && isMatch($0.name.lowercased()) }
        }
        let isNewer: Bool?
        switch role {
        case .messages, .officialMessages: isNewer = has("is_session", in: "name2id")
        case .sessions: isNewer = has("unread_first_pat_msg_local_id", in: "sessiontable")
        case .moments: isNewer = has("pack_info_buf", in: "snstimeline")
        case .hardlinks:
            isNewer = hasTable { $0.hasSuffix("_v4") } ? true : hasTable { $0.hasSuffix("_v3") } ? false : nil
        case .contacts: isNewer = has("home_url", in: "biz_info")
        default: isNewer = nil
        }
        return isNewer.map { $0 ? "4.1" : "4.0" }
    }
}
