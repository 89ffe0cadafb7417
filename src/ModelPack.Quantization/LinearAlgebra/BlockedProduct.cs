using System.Runtime.InteropServices;

namespace ModelPack.Quantization.LinearAlgebra;

/// <summary>
/// c += alpha a b over packed panels: a panel of the right side stays in the first cache, a block of the left side in the second.
/// The inner dimension is cut by its length alone, so an element is the sum of the same products in the same order however the work is shared.
/// </summary>
internal static unsafe class BlockedProduct
{
    private const int MaxDepth = 256;
    private const int MaxRows = 192;
    private const int MaxColumns = 4096;
    private const int PanelsOfTask = 8;

    // Below about 100 microseconds of arithmetic a second thread costs more than it brings.
    private const long FewestProducts = 1L << 22;

    public static void Add(TileKernel kernel, Operand a, Operand b, float alpha, Operand c, MatrixRegion region, int threads)
    {
        if (c.ColumnStride != 1)
        {
            MatrixRegion flipped = region switch { MatrixRegion.Upper => MatrixRegion.Lower, MatrixRegion.Lower => MatrixRegion.Upper, _ => region };
            Add(kernel, b.Transposed, a.Transposed, alpha, c.Transposed, flipped, threads);
            return;
        }

        if (c.Rows == 0 || c.Columns == 0 || a.Columns == 0)
        {
            return;
        }

        using var left = new PinnedGCHandle<float[]>(a.Values);
        using var right = new PinnedGCHandle<float[]>(b.Values);
        using var result = new PinnedGCHandle<float[]>(c.Values);
        int workers = (long)c.Rows * c.Columns * a.Columns < FewestProducts ? 1 : threads;
        var job = new Job(kernel, a, b, alpha, c, region, workers)
        {
            Left = left.GetAddressOfArrayData() + a.Offset,
            Right = right.GetAddressOfArrayData() + b.Offset,
            Result = result.GetAddressOfArrayData() + c.Offset,
        };
        job.Run();
    }

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;

    private static int RoundUp(int value, int unit) => DivideUp(value, unit) * unit;

    private sealed class Job(TileKernel kernel, Operand a, Operand b, float alpha, Operand c, MatrixRegion region, int threads)
    {
        private readonly PanelBuffer?[] _leftBlocks = new PanelBuffer?[threads];
        private readonly int[] _packedBlocks = new int[threads];
        private int _column;
        private int _columns;
        private int _inner;
        private int _depth;
        private int _rowsOfBlock;
        private int _columnsOfTask;
        private int _columnTasks;
        private float* _rightPanels;

        public required float* Left { get; init; }

        public required float* Right { get; init; }

        public required float* Result { get; init; }

        public void Run()
        {
            int tile = kernel.TileColumns;
            int depth = DivideUp(a.Columns, DivideUp(a.Columns, MaxDepth));
            int widest = RoundUp(Math.Min(c.Columns, MaxColumns), tile);
            int blocks = DivideUp(c.Rows, MaxRows);
            if (threads > 1)
            {
                blocks = Math.Min(RoundUp(blocks, 4 * threads), DivideUp(c.Rows, 8 * TileKernel.TileRows));
            }

            _rowsOfBlock = RoundUp(DivideUp(c.Rows, blocks), TileKernel.TileRows);
            blocks = DivideUp(c.Rows, _rowsOfBlock);
            using var panels = new PanelBuffer(widest * Math.Min(depth, a.Columns));
            _rightPanels = panels.Start;
            try
            {
                for (_column = 0; _column < c.Columns; _column += widest)
                {
                    _columns = Math.Min(widest, c.Columns - _column);
                    _columnTasks = blocks >= threads ? 1 : Math.Min(DivideUp(2 * threads, blocks), DivideUp(_columns, tile));
                    _columnsOfTask = RoundUp(DivideUp(_columns, _columnTasks), tile);
                    _columnTasks = DivideUp(_columns, _columnsOfTask);
                    for (_inner = 0; _inner < a.Columns; _inner += depth)
                    {
                        _depth = Math.Min(depth, a.Columns - _inner);
                        Workers.Run(DivideUp(_columns, tile * PanelsOfTask), threads, PackRight);
                        Array.Fill(_packedBlocks, -1);
                        Workers.Run(blocks * _columnTasks, threads, AddBlock);
                    }
                }
            }
            finally
            {
                foreach (PanelBuffer? buffer in _leftBlocks)
                {
                    buffer?.Dispose();
                }
            }
        }

        private void PackRight(int worker, int task)
        {
            int width = kernel.TileColumns;
            int first = task * width * PanelsOfTask;
            float* source = Right + ((nint)_inner * b.RowStride) + ((nint)(_column + first) * b.ColumnStride);
            int count = Math.Min(width * PanelsOfTask, _columns - first);
            PanelPacking.Pack(source, b.RowStride, b.ColumnStride, _depth, count, width, _rightPanels + ((nint)first * _depth));
        }

        private void AddBlock(int worker, int task)
        {
            (int block, int part) = Math.DivRem(task, _columnTasks);
            int row = block * _rowsOfBlock;
            int first = part * _columnsOfTask;
            var place = new BlockPlace(
                Result + ((nint)row * c.RowStride) + _column + first,
                c.RowStride,
                Math.Min(_rowsOfBlock, c.Rows - row),
                Math.Min(_columnsOfTask, _columns - first),
                row,
                _column + first,
                region);
            if (place.Misses(0, 0, place.Rows, place.Columns))
            {
                return;
            }

            float* left = (_leftBlocks[worker] ??= new PanelBuffer(_rowsOfBlock * Math.Min(MaxDepth, a.Columns))).Start;
            if (_packedBlocks[worker] != block)
            {
                float* source = Left + ((nint)row * a.RowStride) + ((nint)_inner * a.ColumnStride);
                PanelPacking.Pack(source, a.ColumnStride, a.RowStride, _depth, place.Rows, TileKernel.TileRows, left);
                _packedBlocks[worker] = block;
            }

            kernel.AddBlock(left, _rightPanels + ((nint)first * _depth), _depth, alpha, place);
        }
    }
}
