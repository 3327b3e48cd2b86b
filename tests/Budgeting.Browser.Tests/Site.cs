using System.Globalization;
using System.Net;
using Budgeting.Core;
using Budgeting.Core.People;
using Budgeting.Core.Regions;
using Budgeting.Core.Tests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Budgeting.Browser.Tests;

/// <summary>A clock that a test moves; what waits for it polls by the real one.</summary>
public sealed class TravellingClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks = now.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void TravelTo(DateTimeOffset instant) => Interlocked.Exchange(ref _ticks, instant.UtcTicks);
}

/// <summary>The web site on a port of its own over a fresh SQLite file, jobs running, by a clock that the test moves.</summary>
public sealed class Site : WebApplicationFactory<Program>
{
    private readonly TestDatabase _database;
    private readonly IReadOnlyDictionary<string, string> _settings;

    private Site(TestDatabase database, DateTimeOffset now, IReadOnlyDictionary<string, string> settings)
    {
        (_database, Clock, _settings) = (database, new(now), settings);
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
    }

    public TravellingClock Clock { get; }

    public string Address { get; private set; } = "";

    public static async Task<Site> StartAsync(DateTimeOffset now, bool demo = false)
    {
        var site = new Site(await TestDatabase.CreateAsync(DatabaseKind.Sqlite), now, new Dictionary<string, string>
        {
            ["Demo:Enabled"] = demo ? "true" : "false",
            ["Jobs:SweepInterval"] = "00:00:02",
            ["RateLimits:SignIn:Permits"] = "1000",
        });
        site.StartServer();
        site.Address = site.ClientOptions.BaseAddress.ToString().TrimEnd('/');
        return site;
    }

    /// <summary>Registers a person with a role; the password is <see cref="Password"/>.</summary>
    public async Task PersonAsync(string email, string name, string homeRegion, Role role, string roleRegion)
    {
        await using var scope = Services.CreateAsyncScope();
        var regions = scope.ServiceProvider.GetRequiredService<IRegions>();
        var home = (await regions.FindAsync(homeRegion, default))!.Region.Id;
        var account = new Account { UserName = email, Email = email, EmailConfirmed = true, DisplayName = name, HomeRegionId = home };
        var created = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account, Password);
        Assert.True(created.Succeeded, string.Join(' ', created.Errors.Select(error => error.Description)));
        var granted = await scope.ServiceProvider.GetRequiredService<IAuthority>()
            .GrantAsync(Actor.Platform, account.Id, role, (await regions.FindAsync(roleRegion, default))!.Region.Id, default);
        Assert.True(granted.Granted);
    }

    public const string Password = "hiljainen-metsapolku";

    public async Task<T> Do<TService, T>(Func<TService, Task<T>> act)
        where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSetting("Database:Provider", _database.Provider);
        builder.UseSetting("Database:ConnectionString", _database.ConnectionString);
        builder.UseSetting("Database:Clock", "Application");
        foreach (var (name, value) in _settings)
            builder.UseSetting(name, value);
        builder.ConfigureServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock)));
    }
}
