import WeFlowSystem

extension DatabaseFile {
    /// Why the file cannot be read, and what to do.
    func unreadable(_ failure: SystemError) -> WeFlowError {
        switch failure {
        case _ where failure.isMissing:
            WeFlowError(.unavailable, "\(name) is missing; point --account at a complete account folder")
        case _ where failure.isForbidden:
            WeFlowError(.unavailable, "\(name) may not be read; give yourself permission with chmod u+r on \(path)")
        default:
            WeFlowError(.storeFailed, "\(name) cannot be read: \(failure.text)")
        }
    }
}
