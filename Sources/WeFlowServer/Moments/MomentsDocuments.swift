internal import WeFlowCrypto
internal import WeFlowMoments
internal import WeFlowOutput
internal import WeFlowParameters
internal import WeFlowQuery
internal import WeFlowSystem

/// The document of an export and the report beside it, each written whole (<doc:ExportingMoments>).
struct MomentsDocuments {
    private let export: MomentsExport
    private let format: MomentsExportRequest.Format
    private let folder: String
    private let zone: LocalZone

    init(_ export: MomentsExport, _ format: MomentsExportRequest.Format, in folder: String, zone: LocalZone) {
        self.export = export
        self.format = format
        self.folder = folder
        self.zone = zone
    }

    /// Writes the document, and the report where something is missing.
    ///
    /// - Returns: their paths.
    func write(missing: [MomentsExporter.Missing]) throws -> (document: String, report: String?) {
        let name = freeName()
        let path = "\(folder)/\(name).\(format.fileExtension)"
        let file = try OutputFile(path: path)
        switch format {
        case .json: try file.write(encodeMomentsDocument(export, zone: zone))
        case .arkme: try file.write(encodeArkmeDocument(export, zone: zone))
        case .html:
            let page = MomentsPage(export, zone: zone) { text in
                Base64.encoded(SHA256.hash(Array(text.utf8)))
            }
            try page.bytes.withUnsafeBytes { try file.write($0) }
        }
        try file.finish()
        guard !missing.isEmpty else { return (path, nil) }
        let reportPath = "\(folder)/\(name)_missing.json"
        let report = try OutputFile(path: reportPath)
        try report.write(encodeMissingFiles(missing))
        try report.finish()
        return (path, reportPath)
    }

    /// A name without extension that is not taken yet: the time in UTC, to the second.
    private func freeName() -> String {
        let time = CivilTime(secondsSince1970: export.exportTime / 1000)
        let parts = [time.month, time.day, time.hour, time.minute, time.second].map { $0 < 10 ? "0\($0)" : "\($0)" }
        let stem = "朋友圈导出_\(time.year)-\(parts[0])-\(parts[1])T\(parts[2])-\(parts[3])-\(parts[4])"
        var name = stem
        var number = 2
        while FileStatus.seen("\(folder)/\(name).\(format.fileExtension)") != nil {
            name = "\(stem)-\(number)"
            number += 1
        }
        return name
    }
}
