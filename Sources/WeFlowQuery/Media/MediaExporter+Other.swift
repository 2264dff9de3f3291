package import WeFlowPages
import WeFlowParameters
import WeFlowStore

extension MediaExporter {
    /// Puts bytes that were found elsewhere into the export folder; a file that holds the same is left alone.
    ///
    /// - Parameters:
    ///   - bytes: what the file is to hold.
    ///   - relativePath: its place below the export folder, of safe names.
    ///   - modified: what time of change it is given, Unix seconds.
    /// - Returns: its absolute path.
    /// - Throws: `.system` where it cannot be written.
    package func put(
        _ bytes: ArraySlice<UInt8>, at relativePath: String, modified: Int
    ) throws(WeFlowError) -> String {
        let path = "\(exports.path)/\(relativePath)"
        let stamp = ExportStamp(modified: modified, source: bytes.count, size: bytes.count)
        _ = try exports.put(bytes, to: path, stamp: stamp)
        return path
    }

    /// Exports the media of a single message.
    ///
    /// - Parameters:
    ///   - serverID: the server's id of the message, not 0.
    ///   - talker: its chat.
    /// - Returns: what became of them; nil where there is no such message, or it has no media.
    /// - Throws: why no shard can be read; `.system` where the export folder cannot be written to.
    package func media(ofMessage serverID: UInt64, in talker: String) async throws -> MediaOutcome? {
        guard let time = try createTime(of: serverID, in: talker) else { return nil }
        var request = try MessagesRequest(Parameters(commandLine: ["talker": talker]))
        (request.start, request.end, request.limit) = (time, time, nil)
        request.media = MediaSelection(isEnabled: true, kinds: .all)
        let query = try MessagesQuery(request, in: account, media: self)
        var found: MediaOutcome?
        _ = try await query.encodeAll(into: { [MediaOutcome]() }) { message, outcomes in
            if message.serverID == serverID, let media = message.media { outcomes.append(media) }
        } consume: { outcomes in
            found = found ?? outcomes.first
        }
        return found
    }

    /// When a message was sent, by the index on the server's ids of the first shard that has it.
    private func createTime(of serverID: UInt64, in talker: String) throws(WeFlowError) -> Int64? {
        for shard in account.messageShards() {
            let time = try WeFlowError.retrying { () throws(WeFlowError) -> Int64? in
                let snapshot = try shard.database.snapshot()
                let name = TableHash(of: talker).tableName
                guard let table = try account.tables([name], of: snapshot)[name] else { return nil }
                let column = try table.column("create_time")
                var time: Int64?
                try RowLookup(table, of: snapshot).find([("server_id", .integer(Int64(bitPattern: serverID)))]) {
                    _, row in
                    time = row.int(column)
                    return false
                }
                return time
            }
            if let time { return time }
        }
        return nil
    }
}
