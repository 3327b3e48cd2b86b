using Budgeting.Core.Following;
using Quartz;

namespace Budgeting.Web.Jobs;

/// <summary>Tells followers what has happened. Any server may do so, several at once too: the news itself says who was told.</summary>
[DisallowConcurrentExecution]
internal sealed class NewsJob(INewsDelivery delivery) : IJob
{
    public static readonly JobKey Key = new("tell", "news");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await delivery.TellAsync(cancellationToken);
}
