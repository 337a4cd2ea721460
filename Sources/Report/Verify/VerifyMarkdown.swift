import Golden

/// The gate's outcome as a summary for a pull request.
enum VerifyMarkdown {
    static func render(_ summary: VerifySummary) -> String {
        let verifications = summary.verifications
        let failed = summary.failedCount
        var text = "## assay verify: "
        text +=
            failed == 0
            ? "\(count(summary.count)) identical\n\n"
            : "\(failed) of \(count(summary.count)) failed\n\n"
        text += "| image | verdict | differing blocks | first difference |\n"
        text += "|---|---|---|---|\n"
        for result in verifications {
            let isKnown = result.verdict != .noGolden
            let blocks =
                result.extent.map { $0.blocks.map(String.init) ?? "unknown" }
                ?? (isKnown ? "0" : "unknown")
            text += "| \(escape(result.image)) | \(result.verdict.rawValue) | \(blocks) | "
            text += "\(escape(result.firstDifference?.sentence ?? "")) |\n"
        }
        for trouble in summary.troubles {
            text += "| \(escape(trouble.image)) | could not tell | unknown | "
            text += "\(escape(trouble.message)) |\n"
        }
        for result in verifications
        where result.verdict != .identical || !result.waived.isEmpty || !result.warnings.isEmpty {
            text += details(result)
        }
        return text
    }

    private static func count(_ images: Int) -> String {
        images == 1 ? "1 image" : "\(images) images"
    }

    private static func details(_ result: Verification) -> String {
        var text = "\n### \(escape(result.image))\n\n"
        for cause in result.causes { text += "- \(escape(VerifyWords.cause(cause)))\n" }
        if let inputs = result.inputs { text += "- inputs: \(escape(inputs.sentence))\n" }
        for facet in result.facets where facet.status == .failed || facet.status == .waived {
            text += "- **\(VerifyWords.title(facet.kind))** \(facet.status.rawValue): "
            text += "\(escape(facet.message))\n"
            for detail in facet.details { text += "  - \(escape(detail))\n" }
        }
        for line in result.waived { text += "- waived: \(escape(line))\n" }
        for line in result.warnings { text += "- warning: \(escape(line))\n" }
        for line in result.hints { text += "- next: \(escape(line))\n" }
        return text
    }

    /// Escapes what Markdown or the HTML inside it gives a meaning.
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "!", "@":
                escaped += "\\"
                escaped.unicodeScalars.append(scalar)
            case "\n", "\r": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
