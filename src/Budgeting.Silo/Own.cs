namespace Budgeting.Silo;

/// <summary>Core's services themselves, which the grains are in front of.</summary>
internal sealed class Own(IServiceScopeFactory scopes)
{
    /// <summary>The key under which they are registered.</summary>
    public const string Key = "own";

    public async Task<T> AskAsync<TService, T>(Func<TService, Task<T>> ask)
        where TService : notnull
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ask(scope.ServiceProvider.GetRequiredKeyedService<TService>(Key));
    }
}

internal static class OwnServices
{
    /// <summary>Registers something in front of a service that is registered already, which moves to the key <see cref="Own.Key"/>.</summary>
    public static void PutInPlaceOf<TService, TFront>(this IServiceCollection services)
        where TService : class
        where TFront : class, TService
    {
        var own = services.Last(service => service.ServiceType == typeof(TService) && !service.IsKeyedService);
        services.Remove(own);
        services.Add(own.ImplementationFactory is { } make
            ? new ServiceDescriptor(typeof(TService), Own.Key, (provider, _) => make(provider), own.Lifetime)
            : new ServiceDescriptor(typeof(TService), Own.Key, own.ImplementationType!, own.Lifetime));
        services.Add(new ServiceDescriptor(typeof(TService), typeof(TFront), own.Lifetime));
    }
}
