import Ext4Image
import Ext4Layout
import HostSystem
import SystemPackage
import TestKit
import Testing

@testable import Report

/// The map of an image: every block is in it once, and it stays small.
@Suite struct ImageMapTests {
    /// Blocks of 1 KiB and 4 KiB, with and without copies of descriptors, and an odd last group.
    private static let shapes = ["-b 1024", "-b 4096", "-b 1024 -O ^flex_bg,^resize_inode -g 1024"]

    @Test(arguments: shapes)
    func `every block lies in one cell, of the class that its owner has`(options: String)
        async throws
    {
        let pair = try await ImagePair(
            "mkdir tree/d; seq 30000 > tree/d/f; options='\(options)' size=37M make a")
        let image = try pair.image("a")
        let owners = OwnerMap(of: image)
        for limit in [1, 300, 5_000, 1_000_000] {
            let cells = MapCells(owners, cellLimit: limit)
            let grid = cells.grid
            #expect(grid.cellCount <= max(limit, MapGrid.stripLimit))
            var next: UInt64 = 0
            for strip in grid.strips {
                for index in 0..<strip.cellCount {
                    let blocks = grid.blocks(ofCell: index, in: strip)
                    #expect(blocks.lowerBound == next)
                    next = blocks.upperBound
                    var counts = [UInt64](repeating: 0, count: MapClass.allCases.count)
                    for block in blocks {
                        counts[MapClass(of: owners.owner(of: block), in: image).rawValue] += 1
                    }
                    #expect(cells.cells[strip.firstCell + index].counts == counts)
                }
            }
            #expect(next == image.geometry.blockCount)
            #expect(cells.totals.reduce(0, +) == image.geometry.blockCount)
        }
    }

    @Test(arguments: ["2G", "16G", "3T"])
    func `an image of any size is a map of bounded size`(size: String) async throws {
        // Bitmaps of their own for every group take long to write for terabytes.
        let pair = try await ImagePair(
            """
            for i in $(seq 300); do echo $i > tree/a-name-that-is-not-short-$i; done
            size=\(size) options='-E lazy_itable_init=1,packed_meta_blocks=1 -N 65536' make a
            """)
        let image = try pair.image("a")
        let map = ImageMap(of: image, workers: 2)
        #expect(map.svg.utf8.count < 4_000_000)
        #expect(map.svg == ImageMap(of: image, workers: 1).svg)
        try await Shell.write(Array(map.svg.utf8), to: pair.scratch["map.svg"])
        try await Shell.run("xmllint --noout map.svg", in: pair.scratch.path)
    }

    @Test func `a block leads to its file, and a name to no markup`() async throws {
        let pair = try await ImagePair(
            """
            seq 3000 > 'tree/<script>alert(1)<!--'; seq 3000 > $'tree/]]>\\x01\\xff"onload="x'
            seq 3000 > $'tree/\\u202etxt'; label='</title>&<b>' make a
            """)
        let map = ImageMap(of: try pair.image("a"), workers: 2)
        #expect(map.svg.contains("data (/&lt;script&gt;alert(1)&lt;!--)</title>"))
        #expect(map.svg.contains("data (/]]&gt;\\x01\\xff&quot;onload=&quot;x)</title>"))
        #expect(map.svg.contains("data (/\\xe2\\x80\\xaetxt)</title>"))
        #expect(map.svg.contains("<title>&lt;/title&gt;&amp;&lt;b&gt;</title>"))
        try await Shell.write(Array(map.svg.utf8), to: pair.scratch["map.svg"])
        let found = try await Shell.run(
            """
            xmllint --xpath 'concat(count(//*[local-name()="script"]), " ", count(//*[local-name()="b"]),
                " ", count(//@*[starts-with(local-name(), "on")]))' map.svg
            """, in: pair.scratch.path)
        #expect(found == "0 0 0\n")
    }

    @Test func `a cell of several classes shows them all, the largest most`() {
        var cell = MapCells.Cell()
        cell.counts[MapClass.superblock.rawValue] = 1
        cell.counts[MapClass.data.rawValue] = 30
        cell.counts[MapClass.free.rawValue] = 1
        let shares = cell.shares(of: 7)
        #expect(shares.map(\.kind) == [.superblock, .data, .free])
        #expect(shares.map(\.parts) == [1, 5, 1])
        cell.counts = [UInt64](repeating: 3, count: MapClass.allCases.count)
        #expect(cell.shares(of: 7).map(\.parts) == [Int](repeating: 1, count: 7))
    }
}
